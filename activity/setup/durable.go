package setup

import (
	"context"
	"errors"
	"time"

	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity/internal/receipt"
	"github.com/otel-activity/otel-activity/activity/internal/spool"
)

const (
	// adoptInterval is how often the journals of dead processes are looked for.
	adoptInterval = 30 * time.Second
	// maxRequest bounds a request from the spool, in bytes; OTLP over gRPC takes 4 MiB.
	maxRequest = 3 << 20
	// farewell bounds how long the end of the program waits: what is on disk is safe.
	farewell = 5 * time.Second
)

var errDamaged = errors.New("an entry of the spool is damaged")

// durable is the tier Durable: a call writes its record to the spool, and a sender of its
// own sends from there.
type durable struct {
	spool    *spool.Spool
	encoder  *encoder
	exporter sdklog.Exporter
	counts   *counts
	stop     context.CancelFunc
	stopped  chan struct{}
}

func newDurable(ctx context.Context, exporter sdklog.Exporter, c *config, counts *counts) (*durable, error) {
	e, err := newEncoder(ctx)
	if err != nil {
		return nil, err
	}
	s, err := spool.Open(spool.Settings{Folder: c.spoolFolder, MaxBytes: c.spoolSize, Sync: c.fsync})
	if err != nil {
		return nil, err
	}
	d := &durable{spool: s, encoder: e, exporter: exporter, counts: counts, stopped: make(chan struct{})}
	ctx, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	go d.sendAll(ctx)
	return d, nil
}

// OnEmit implements [sdklog.Processor].
func (d *durable) OnEmit(ctx context.Context, record *sdklog.Record) error {
	entry, err := d.encoder.encode(record) //nolint:contextcheck // the end of a request is no reason to lose it
	if err == nil {
		err = d.spool.Append(entry)
	}
	if err != nil {
		d.counts.drops.note(1, err)
	}
	receipt.Give(ctx, err)
	return nil
}

// sendAll sends what the spool has until ctx is done.
func (d *durable) sendAll(ctx context.Context) {
	defer close(d.stopped)
	adopt := time.NewTicker(adoptInterval)
	defer adopt.Stop()
	for ctx.Err() == nil {
		if d.sendNext(ctx) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-d.spool.Wake():
		case <-adopt.C:
			d.spool.Adopt()
		}
	}
}

// sendNext reports whether there may be more.
func (d *durable) sendNext(ctx context.Context) bool {
	batch, err := d.spool.Next(maxBatch, maxRequest)
	if err != nil {
		d.counts.drops.hold(err)
		return sleep(ctx, maxDelay)
	}
	if len(batch.Entries)+batch.Skipped == 0 {
		return false
	}
	if batch.Skipped > 0 {
		d.counts.drops.note(batch.Skipped, errDamaged)
	}
	if len(batch.Entries) > 0 && !d.send(ctx, batch.Entries) {
		return false
	}
	if err := d.spool.Ack(batch); err != nil {
		// It will be sent again after a restart, which is harmless.
		d.counts.drops.hold(err)
	}
	return true
}

// send reports whether everything is settled; else it must be sent again.
func (d *durable) send(ctx context.Context, entries [][]byte) bool {
	settled := true
	shipment[[]byte]{
		send: func(ctx context.Context, entries [][]byte) (attempt, error) {
			return exportEntries(ctx, d.exporter, entries)
		},
		done: func(entries [][]byte, err error) {
			if err != nil && ctx.Err() != nil {
				settled = false
				return
			}
			d.counts.settle(len(entries), err)
		},
		held: d.counts.drops.hold,
	}.ship(ctx, entries)
	return settled
}

func (d *durable) queueSize() int { return d.spool.Len() }

// Enabled implements [sdklog.Processor].
func (*durable) Enabled(context.Context, sdklog.EnabledParameters) bool { return true }

// ForceFlush waits until the spool is empty.
func (d *durable) ForceFlush(ctx context.Context) error { return waitEmpty(ctx, d.queueSize) }

// Shutdown sends what it can within a few seconds. What waits still is no loss: the next
// process sends it.
func (d *durable) Shutdown(ctx context.Context) error {
	patient, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	_ = d.ForceFlush(patient)
	d.stop()
	<-d.stopped
	return d.spool.Close() // twice is once
}
