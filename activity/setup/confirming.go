package setup

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity/internal/receipt"
)

// confirming is the tier Confirm: a call waits until its record is acknowledged. Calls
// that come while a request is on its way share the next one.
type confirming struct {
	*queue[call]

	timeout time.Duration
	trouble atomic.Pointer[error] // of the last request
	counts  *counts
}

// call is one that waits. Its answer has room for one error, so that a caller who has
// given up holds nobody up.
type call struct {
	record sdklog.Record
	answer chan error
}

func newConfirming(exporter sdklog.Exporter, c *config, counts *counts) *confirming {
	p := &confirming{
		queue:   newQueue[call](c.queueSize, 0, c.confirmTimeout),
		timeout: c.confirmTimeout, counts: counts,
	}
	p.ship = shipment[call]{
		send: func(ctx context.Context, calls []call) (attempt, error) {
			records := make([]sdklog.Record, len(calls))
			for i := range calls {
				records[i] = calls[i].record
			}
			a, err := exportOnce(ctx, exporter, records)
			p.trouble.Store(&err)
			return a, err
		},
		done: func(calls []call, err error) {
			counts.settle(len(calls), err)
			p.settled(len(calls))
			for _, call := range calls {
				call.answer <- err
			}
		},
		held: counts.drops.hold,
	}.ship
	return p
}

// OnEmit implements [sdklog.Processor].
func (p *confirming) OnEmit(ctx context.Context, record *sdklog.Record) error {
	waiting := call{record: record.Clone(), answer: make(chan error, 1)}
	if err := p.add(waiting); err != nil {
		p.counts.drops.note(1, err)
		receipt.Give(ctx, err)
		return nil
	}
	receipt.Give(ctx, p.await(ctx, waiting.answer))
	return nil
}

// await returns the answer. After an error for its own time or that of ctx the record may
// still arrive: nobody knows yet. Its own time counts from the call, however long others
// take that are ahead of it.
func (p *confirming) await(ctx context.Context, answer <-chan error) error {
	timer := time.NewTimer(p.timeout)
	defer timer.Stop()
	select {
	case err := <-answer:
		return err
	case <-timer.C:
		err := context.DeadlineExceeded
		if last := p.trouble.Load(); last != nil && *last != nil {
			err = *last
		}
		return fmt.Errorf("not sent in time: %w", err)
	case <-ctx.Done():
		return fmt.Errorf("wait for the Collector: %w", ctx.Err())
	}
}

// Enabled implements [sdklog.Processor].
func (*confirming) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }

// ForceFlush implements [sdklog.Processor].
func (p *confirming) ForceFlush(ctx context.Context) error { return p.flush(ctx) }

// Shutdown implements [sdklog.Processor].
func (p *confirming) Shutdown(ctx context.Context) error { return p.shutdown(ctx) }
