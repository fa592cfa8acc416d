package setup

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

var (
	errQueueFull = errors.New("the queue is full")
	errEnded     = errors.New("the pipeline has ended")
)

// pollInterval is how often a flush looks whether everything is gone.
const pollInterval = 5 * time.Millisecond

// queue keeps items in memory until they are settled. OpenTelemetry's batch processor
// won't do: it drops without a count when it is full and when a flush has a deadline.
type queue[T any] struct {
	limit int
	// gather is how long the first item waits for others to go with it.
	gather time.Duration
	// patience bounds the sending of a batch.
	patience time.Duration
	// ship must settle each of the items.
	ship func(context.Context, []T)

	mu      sync.Mutex
	items   []T
	spare   []T // what items was before, to be filled again
	waiting int // items and those on their way
	sending bool
	ended   bool
	sender  sync.WaitGroup
	hurry   chan struct{}   // ends the gathering
	end     context.Context //nolint:containedctx // it ends with the queue, not with a call
	cancel  context.CancelFunc
}

func newQueue[T any](limit int, gather, patience time.Duration) *queue[T] {
	q := &queue[T]{limit: limit, gather: gather, patience: patience, hurry: make(chan struct{}, 1)}
	q.end, q.cancel = context.WithCancel(context.Background()) //nolint:gosec // shutdown calls it
	return q
}

// add never waits.
func (q *queue[T]) add(item T) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.ended:
		return errEnded
	case q.waiting >= q.limit:
		return errQueueFull
	}
	q.waiting++
	q.items = append(q.items, item)
	if !q.sending {
		q.sending = true
		q.sender.Go(q.sendAll)
	}
	if len(q.items) == maxBatch {
		q.rush()
	}
	return nil
}

func (q *queue[T]) rush() {
	select {
	case q.hurry <- struct{}{}:
	default:
	}
}

// sendAll sends until nothing waits. There is a goroutine only as long as there is
// something to send.
func (q *queue[T]) sendAll() {
	for {
		q.wait()
		items := q.take()
		if len(items) == 0 {
			return
		}
		for from := 0; from < len(items); from += maxBatch {
			q.send(items[from:min(from+maxBatch, len(items))])
		}
		clear(items)
		q.mu.Lock()
		q.spare = items[:0]
		q.mu.Unlock()
	}
}

func (q *queue[T]) wait() {
	if q.gather == 0 {
		return
	}
	timer := time.NewTimer(q.gather)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-q.hurry:
	case <-q.end.Done():
	}
}

func (q *queue[T]) take() []T {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items = q.spare
	q.spare = nil
	q.sending = len(items) > 0
	return items
}

func (q *queue[T]) send(items []T) {
	ctx, cancel := context.WithTimeout(q.end, q.patience)
	defer cancel()
	q.ship(ctx, items)
}

// settled says that so many items wait no more.
func (q *queue[T]) settled(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting -= n
}

func (q *queue[T]) queueSize() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting
}

// flush returns when nothing waits. When ctx is done first, what waits goes on to.
func (q *queue[T]) flush(ctx context.Context) error {
	q.rush()
	return waitEmpty(ctx, q.queueSize)
}

func waitEmpty(ctx context.Context, size func() int) error {
	for size() > 0 {
		if !sleep(ctx, pollInterval) {
			return fmt.Errorf("%d activities wait still: %w", size(), ctx.Err())
		}
	}
	return nil
}

// shutdown sends what it can until ctx is done and settles the rest.
func (q *queue[T]) shutdown(ctx context.Context) error {
	q.mu.Lock()
	q.ended = true
	q.mu.Unlock()
	err := q.flush(ctx)
	q.cancel()
	q.sender.Wait()
	return err
}
