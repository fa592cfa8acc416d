package setup

import (
	"context"
	"fmt"

	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity/internal/receipt"
)

// confirming is the tier Confirm: a call waits until its record is acknowledged. Calls
// that come while a request is on its way share the next one.
type confirming struct {
	*queue[call]

	counts *counts
}

// call is one that waits. Its answer has room for one error, so that a caller who has
// given up holds nobody up.
type call struct {
	record sdklog.Record
	answer chan error
}

func newConfirming(exporter sdklog.Exporter, c *config, counts *counts) *confirming {
	p := &confirming{queue: newQueue[call](c.queueSize, 0, c.confirmTimeout), counts: counts}
	p.ship = shipment[call]{
		send: func(ctx context.Context, calls []call) (attempt, error) {
			records := make([]sdklog.Record, len(calls))
			for i := range calls {
				records[i] = calls[i].record
			}
			return exportOnce(ctx, exporter, records)
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
	select {
	case err := <-waiting.answer:
		receipt.Give(ctx, err)
	case <-ctx.Done():
		// It may still arrive; the caller learns only that nobody knows yet.
		receipt.Give(ctx, fmt.Errorf("wait for the Collector: %w", ctx.Err()))
	}
	return nil
}

// Enabled implements [sdklog.Processor].
func (*confirming) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }

// ForceFlush implements [sdklog.Processor].
func (p *confirming) ForceFlush(ctx context.Context) error { return p.flush(ctx) }

// Shutdown implements [sdklog.Processor].
func (p *confirming) Shutdown(ctx context.Context) error { return p.shutdown(ctx) }
