package postgreswalreceiver

import (
	"context"
	"sync"
	"time"

	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// outbox is between the reader of the stream and the pipeline. One batch is being filled
// while another is being delivered: that bounds the memory, and rows gather while the
// pipeline is busy.
type outbox struct {
	resource *resource
	maxRows  int
	maxDelay time.Duration

	mu      sync.Mutex
	filling *batch
	since   time.Time // when the batch got its first row

	something chan struct{} // there may be something to deliver
	room      chan struct{} // there may be room in the batch
}

func newOutbox(config *Config, of *resource) *outbox {
	return &outbox{
		resource: of, maxRows: config.Batch.MaxRows, maxDelay: config.Batch.MaxDelay,
		filling:   of.newBatch(),
		something: make(chan struct{}, 1), room: make(chan struct{}, 1),
	}
}

// add lets write put something into the batch. It waits while the batch is full.
func (o *outbox) add(ctx context.Context, write func(*batch)) error {
	o.mu.Lock()
	for o.filling.full(o.maxRows) {
		o.mu.Unlock()
		if err := wait(ctx, o.room); err != nil {
			return err
		}
		o.mu.Lock()
	}
	idle := o.filling.idle()
	if idle {
		o.since = time.Now()
	}
	write(o.filling)
	first, full := idle && !o.filling.idle(), o.filling.full(o.maxRows)
	o.mu.Unlock()
	if first || full {
		signal(o.something)
	}
	return nil
}

// committed says that a transaction is complete, whose end is at lsn.
func (o *outbox) committed(lsn pgoutput.LSN) {
	o.mu.Lock()
	o.filling.end = lsn
	o.filling.transactions++
	idle := o.filling.idle()
	o.mu.Unlock()
	if idle {
		signal(o.something)
	}
}

// passed says that there is nothing for us up to lsn.
func (o *outbox) passed(lsn pgoutput.LSN) {
	o.mu.Lock()
	o.filling.end = max(o.filling.end, lsn)
	o.mu.Unlock()
	signal(o.something)
}

// next returns the next batch, which may have nothing but an end. It waits until there is
// one: it is full, or what came first has waited long enough.
func (o *outbox) next(ctx context.Context) (*batch, error) {
	for {
		taken, due := o.take()
		if taken != nil {
			signal(o.room)
			return taken, nil
		}
		if due == 0 {
			if err := wait(ctx, o.something); err != nil {
				return nil, err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-o.something:
		case <-time.After(due):
		}
	}
}

// take takes the batch if it is due, or says when it will be; 0 is not before there is
// something.
func (o *outbox) take() (taken *batch, due time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := o.filling
	switch {
	case b.idle() && b.end == 0 && b.invalid == 0:
		return nil, 0
	case !b.idle() && !b.full(o.maxRows):
		if due := o.maxDelay - time.Since(o.since); due > 0 {
			return nil, due
		}
	}
	o.filling = o.resource.newBatch()
	return b, 0
}

func wait(ctx context.Context, on <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-on:
		return nil
	}
}

func signal(to chan<- struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}
