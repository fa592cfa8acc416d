package setup

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	firstDelay = 200 * time.Millisecond
	maxDelay   = 5 * time.Second
	// failingTries is how often a single record is sent to a server that fails over it.
	// If it fails over everything, it so costs one record a second and not all of them.
	failingTries = 4
)

// shipment sends items of one kind: log records, or entries of the spool.
type shipment[T any] struct {
	send func(context.Context, []T) (attempt, error)
	// done is told what became of items: no error when they are acknowledged.
	done func(items []T, err error)
	// held is told why nothing is taken at present, through no fault of the items.
	held func(error)
}

// ship tries until each item is acknowledged or refused, or ctx is done. What the server
// refuses is narrowed down to the single item, so that none takes others with it; those
// are sent again then, which the trail's key makes harmless.
func (s shipment[T]) ship(ctx context.Context, items []T) {
	delay := firstDelay
	for try := 1; ; try++ {
		a, err := s.send(ctx, items)
		switch {
		case a.acknowledged && a.rejected == 0:
			s.done(items, nil)
			return
		case ctx.Err() != nil:
			s.done(items, fmt.Errorf("not sent in time: %w", orElse(err, ctx.Err())))
			return
		case a.refused() && len(items) > 1:
			half := len(items) / 2
			s.ship(ctx, items[:half])
			s.ship(ctx, items[half:])
			return
		case a.refused() && (a.refusal != failing || try == failingTries):
			s.done(items, fmt.Errorf("refused by the Collector: %w", orElse(err, a.reason())))
			return
		case a.refusal == ofSender:
			s.held(fmt.Errorf("nothing is taken by the Collector: %w", orElse(err, a.reason())))
		}
		if !sleep(ctx, max(a.retryAfter, jitter(delay))) {
			s.done(items, fmt.Errorf("not sent in time: %w", orElse(err, ctx.Err())))
			return
		}
		delay = min(2*delay, maxDelay)
	}
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// jitter keeps many clients from coming back at once.
func jitter(d time.Duration) time.Duration {
	return d/2 + rand.N(d/2) //nolint:gosec // not a secret
}

// sleep reports whether it slept through.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
