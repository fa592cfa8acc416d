package postgreswalreceiver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// errLost is returned when changes are lost and the configuration says to stop.
var errLost = errors.New("changes are lost: set slot::on_lost to record_gap to go on behind them with a new slot, and to have the gap in the trail")

// prepareSlot finds the slot or makes it, and returns from where on it has all changes.
func (r *walReceiver) prepareSlot(ctx context.Context, system uint64) error {
	slot, err := replication.ReadSlot(ctx, r.pool, r.config.Slot.Name)
	if err != nil {
		return err
	}
	known := r.memory.known()
	if err := r.checkSlot(slot, &known); err != nil {
		return err
	}
	switch {
	case known.Gap.there() && known.Gap.To == 0:
		return r.jump(ctx, system, slot, known.Gap) // it ended in the middle of this
	case slot != nil && slot.Lost():
		return r.lost(ctx, system, slot, "Postgres has removed the log that slot "+slot.Name+" needed (see max_slot_wal_keep_size)")
	case slot == nil && known.Confirmed != 0:
		return r.lost(ctx, system, nil, "slot "+r.config.Slot.Name+" is gone")
	case slot != nil && known.System != 0 && known.System != system:
		return r.lost(ctx, system, slot, "the server is another one than before")
	case slot == nil:
		lsn, err := r.makeSlot(ctx)
		if err != nil {
			return err
		}
		return r.begin(ctx, system, lsn)
	case known.Confirmed != 0 && slot.ConfirmedFlush > known.Confirmed:
		r.logger.Warn("The slot is further than this receiver left it: somebody else has read it, or has made it anew.",
			zap.Stringer("left", known.Confirmed), zap.Stringer("found", slot.ConfirmedFlush))
	}
	return r.begin(ctx, system, slot.ConfirmedFlush)
}

// checkSlot finds what no waiting mends.
func (r *walReceiver) checkSlot(slot *replication.Slot, known *remembered) error {
	name := r.config.Slot.Name
	switch {
	case slot == nil && !r.config.Slot.Create && known.Confirmed == 0:
		return fmt.Errorf("there is no slot %s: set slot::create, or run %s", name, replication.CreateSlotSQL(name, r.config.Slot.Failover))
	case slot != nil && slot.Plugin != replication.Plugin:
		return fmt.Errorf("slot %s is of the plugin %q, not of %s: choose another slot::name", name, slot.Plugin, replication.Plugin)
	case slot != nil && slot.Database != r.database:
		return fmt.Errorf("slot %s is of the database %s, not of %s: choose another slot::name", name, slot.Database, r.database)
	}
	return nil
}

// makeSlot waits for all transactions that are open now, which the sessions of the pool
// do for a bounded time only.
func (r *walReceiver) makeSlot(ctx context.Context) (lsn replication.LSN, err error) {
	r.logger.Info("Making the slot. That waits for all transactions that are open now.", zap.String("slot", r.config.Slot.Name))
	err = r.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		if _, err := conn.Exec(ctx, "SET lock_timeout = 0"); err != nil {
			return fmt.Errorf("wait for open transactions: %w", err)
		}
		lsn, err = replication.CreateSlot(ctx, conn, r.config.Slot.Name, r.config.Slot.Failover)
		return errors.Join(err, conn.Conn().Close(ctx)) // the pool makes another one
	})
	return lsn, err
}

// begin says from where on the slot is read.
func (r *walReceiver) begin(ctx context.Context, system uint64, lsn replication.LSN) error {
	r.progress.restart(lsn)
	return r.memory.keep(ctx, func(known *remembered) {
		known.System, known.Confirmed = system, lsn
	})
}

// lost is for changes that nobody can read any more.
func (r *walReceiver) lost(ctx context.Context, system uint64, slot *replication.Slot, reason string) error {
	from := r.memory.known().Confirmed
	if slot != nil {
		from = max(from, slot.ConfirmedFlush)
	}
	r.telemetry.gap(ctx)
	if r.config.Slot.OnLost == OnLostFail {
		return fmt.Errorf("%s, last read at %s: %w", reason, from, errLost)
	}
	return r.jump(ctx, system, slot, gap{Slot: r.config.Slot.Name, From: from, Reason: reason, Time: time.Now()})
}

// jump goes on behind a gap. It is remembered before the new slot is there: who dies in
// between must still know of it.
func (r *walReceiver) jump(ctx context.Context, system uint64, slot *replication.Slot, over gap) error {
	if err := r.memory.keep(ctx, func(known *remembered) { known.Gap = over }); err != nil {
		return err
	}
	if slot != nil {
		if err := replication.DropSlot(ctx, r.pool, slot.Name); err != nil {
			return err
		}
	}
	lsn, err := r.makeSlot(ctx)
	if err != nil {
		return err
	}
	over.To = lsn
	r.logger.Error("There is a gap in the trail.", zap.Stringer("gap", &over))
	r.progress.restart(lsn)
	return r.memory.keep(ctx, func(known *remembered) {
		*known = remembered{System: system, Confirmed: lsn, Gap: over}
	})
}

// recordGap sends the activity of a gap, before any change behind it.
func (r *walReceiver) recordGap(ctx context.Context) error {
	over := r.memory.known().Gap
	if !over.there() {
		return nil
	}
	if err := r.deliver(ctx, over.batch(r.resource)); err != nil {
		return err
	}
	return r.memory.keep(ctx, func(known *remembered) { known.Gap = gap{} })
}
