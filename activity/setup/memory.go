package setup

import (
	"context"
	"time"

	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// gatherTime is how long the first activity waits for others to go with it.
const gatherTime = time.Second

// memory is the tier BestEffort.
type memory struct {
	*queue[sdklog.Record]

	counts *counts
}

func newMemory(exporter sdklog.Exporter, c *config, counts *counts) *memory {
	m := &memory{queue: newQueue[sdklog.Record](c.queueSize, gatherTime, patience), counts: counts}
	m.ship = shipment[sdklog.Record]{
		send: func(ctx context.Context, records []sdklog.Record) (attempt, error) {
			return exportOnce(ctx, exporter, records)
		},
		done: func(records []sdklog.Record, err error) {
			counts.settle(len(records), err)
			m.settled(len(records))
		},
		held: counts.drops.hold,
	}.ship
	return m
}

// OnEmit implements [sdklog.Processor].
func (m *memory) OnEmit(_ context.Context, record *sdklog.Record) error {
	if err := m.add(record.Clone()); err != nil {
		m.counts.drops.note(1, err)
	}
	return nil
}

// Enabled implements [sdklog.Processor].
func (*memory) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }

// ForceFlush implements [sdklog.Processor].
func (m *memory) ForceFlush(ctx context.Context) error { return m.flush(ctx) }

// Shutdown implements [sdklog.Processor].
func (m *memory) Shutdown(ctx context.Context) error { return m.shutdown(ctx) }
