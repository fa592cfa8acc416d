package importer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// How long to wait between attempts.
const (
	minBackoff = 200 * time.Millisecond
	maxBackoff = 5 * time.Second
	// attemptTimeout ends an attempt that gets no answer; its records are sent
	// again, under the same ids.
	attemptTimeout = 30 * time.Second
)

// delivery sends batches until the endpoint took or refused them.
type delivery struct {
	sender   Sender
	progress *Progress
	// patience is how long one request may go unaccepted, 0 without an end.
	patience time.Duration
	refusals *samples
	messages *samples
}

// deliver returns an error only when the import must stop.
func (d *delivery) deliver(ctx context.Context, b *batch) error {
	answer, err := d.attempts(ctx, b)
	if err == nil {
		d.accepted(b, answer)
		return nil
	}
	failure, ok := errors.AsType[*SendError](err)
	if !ok {
		return err
	}
	switch failure.Verdict {
	case TooLarge, Refused:
		if b.len() > 1 {
			// Halving finds the record that the endpoint refuses, so that the others
			// don't share its fate.
			first, second := b.halves()
			if err := d.deliver(ctx, first); err != nil {
				return err
			}
			return d.deliver(ctx, second)
		}
		d.progress.refused.Add(1)
		d.refusals.add(b.lines[0], failure.Error())
		return nil
	case TryAgain, Stop:
	}
	return failure
}

func (d *delivery) accepted(b *batch, answer Answer) {
	n := int64(b.len())
	rejected := min(max(answer.Rejected, 0), n)
	d.progress.sent.Add(n - rejected)
	d.progress.refused.Add(rejected)
	if answer.Message != "" || rejected > 0 {
		d.messages.add(b.lines[0], fmt.Sprintf("%d of %d records from line %d on rejected: %s", rejected, n, b.lines[0], answer.Message))
	}
}

// attempts sends a batch until there is an answer other than "not now".
func (d *delivery) attempts(ctx context.Context, b *batch) (Answer, error) {
	begin := time.Now()
	wait := minBackoff
	for {
		answer, err := d.attempt(ctx, b)
		failure, ok := errors.AsType[*SendError](err)
		if !ok || failure.Verdict != TryAgain {
			if err == nil {
				d.progress.waiting.Store(nil)
			}
			return answer, err
		}
		// Up to half of the wait is left to chance, so that the requests that were
		// refused together don't come back together.
		pause := max(failure.RetryAfter, wait/2+rand.N(wait/2)) //nolint:gosec // no secret
		if d.patience > 0 {
			left := d.patience - time.Since(begin)
			if left <= 0 {
				return Answer{}, &SendError{Verdict: Stop, Err: fmt.Errorf("the endpoint took nothing for %s: %w", d.patience, failure)}
			}
			// What is left is waited for, and followed by one last attempt.
			pause = min(pause, left)
		}
		d.progress.retries.Add(1)
		reason := failure.Error()
		d.progress.waiting.Store(&reason)
		select {
		case <-ctx.Done():
			return Answer{}, context.Cause(ctx)
		case <-time.After(pause):
		}
		wait = min(2*wait, maxBackoff)
	}
}

func (d *delivery) attempt(ctx context.Context, b *batch) (Answer, error) {
	attemptContext, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	answer, err := d.sender.Send(attemptContext, b.logs)
	switch {
	case err == nil:
		return answer, nil
	case ctx.Err() != nil:
		return Answer{}, context.Cause(ctx)
	case attemptContext.Err() != nil:
		return Answer{}, &SendError{Verdict: TryAgain, Err: fmt.Errorf("no answer within %s", attemptTimeout)}
	}
	return Answer{}, err
}
