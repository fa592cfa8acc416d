package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// handover is what a migration under load and faults is measured by.
type handover struct {
	// before and during are in turn: what else the machine does falls on both alike.
	before, during []span
	cutover        span
	fences         []span
}

// handOver takes an application off its triggers, under load and with all faults.
func handOver(ctx context.Context, r *rig) error {
	var h handover
	l := r.startLoad(ctx)
	err := r.migrate(ctx, &h)
	if err = errors.Join(err, l.end()); err != nil {
		return fmt.Errorf("%w\n%s", err, r.describe(ctx))
	}
	if err := errors.Join(r.faultsTookPlace(), r.drain(ctx)); err != nil {
		return err
	}
	err1 := r.judge(ctx)
	return errors.Join(err1, r.measure(ctx, &h))
}

// migrate goes through all the states.
func (r *rig) migrate(ctx context.Context, h *handover) error {
	kills := spread(r.options.kills)
	if err := r.start(ctx); err != nil {
		return err
	}
	for _, phase := range []store.MigrationPhase{store.MigrationDiscovered, store.MigrationPrepared} {
		if err := r.killIn(ctx, phase, kills[phase]); err != nil {
			return err
		}
	}
	if err := r.backfill(ctx, h, kills[store.MigrationBackfilling]); err != nil {
		return err
	}
	if err := r.killIn(ctx, store.MigrationShadowing, kills[store.MigrationShadowing]); err != nil {
		return err
	}
	return r.watchedCutOver(ctx, h, kills)
}

// backfill measures before anything goes wrong.
func (r *rig) backfill(ctx context.Context, h *handover, kills int) error {
	if err := r.until(ctx, store.MigrationBackfilling, phaseTime); err != nil {
		return err
	}
	if r.options.window > 0 {
		if err := errors.Join(r.inTurn(ctx, h), r.hurry(ctx)); err != nil {
			return err
		}
	}
	if err := r.killIn(ctx, store.MigrationBackfilling, kills); err != nil {
		return err
	}
	for range r.options.crashes {
		time.Sleep(r.upTo(moments[store.MigrationBackfilling]))
		if err := r.crash(ctx); err != nil {
			return err
		}
	}
	return r.until(ctx, store.MigrationShadowing, r.backfillTime())
}

// backfillTime is how long the backfill may take.
func (r *rig) backfillTime() time.Duration {
	const slowest = 2000 // rows a second
	return phaseTime + time.Duration(r.options.rows/slowest)*time.Second
}

func (r *rig) watchedCutOver(ctx context.Context, h *handover, kills map[store.MigrationPhase]int) (err error) {
	stop := r.watchFences(ctx)
	h.cutover.from = time.Now()
	defer func() {
		var stopped error
		h.cutover.to = time.Now()
		h.fences, stopped = stop()
		err = errors.Join(err, stopped)
	}()
	if err := r.cutOver(ctx, r.backfillTime()); err != nil {
		return err
	}
	for _, phase := range []store.MigrationPhase{store.MigrationFenced, store.MigrationSweeping, store.MigrationVerified} {
		if err := r.killIn(ctx, phase, kills[phase]); err != nil {
			return err
		}
	}
	return r.untilVerified(ctx)
}

// untilVerified waits until everything was compared and found equal.
func (r *rig) untilVerified(ctx context.Context) error {
	if err := r.until(ctx, store.MigrationVerified, r.backfillTime()); err != nil {
		return err
	}
	return r.wait(ctx, r.backfillTime(), "nothing was compared", func(ctx context.Context) (bool, error) {
		m, err := r.migrations.Get(ctx, r.id)
		if err == nil && m.Differing() > 0 {
			err = r.differences(ctx)
		}
		return err == nil && !m.VerifiedAt.IsZero(), err
	})
}

func (r *rig) faultsTookPlace() error {
	kills := 0
	for _, phase := range phases {
		kills += r.killed[phase]
	}
	if kills != r.options.kills || r.crashes != r.options.crashes {
		return fmt.Errorf("only %d of %d kills and %d of %d crashes took place", kills, r.options.kills, r.crashes, r.options.crashes)
	}
	return nil
}

// judge compares when all is over.
func (r *rig) judge(ctx context.Context) error {
	trail, keys, err := r.compareTrail(ctx)
	if err != nil {
		return err
	}
	old, _, err := r.compareAudit(ctx)
	if err != nil {
		return err
	}
	rows, err := column[int64](ctx, r.appPool, rowsQuery)
	if err != nil {
		return err
	}
	if err := errors.Join(trail.print(os.Stdout, "changes and the trail"), keys.print(os.Stdout, "audit rows and the trail")); err != nil {
		return err
	}
	result("migration_changes", trail.sum.truth, "changes")
	result("migration_audit_rows", rows[0], "rows")
	result("migration_by_log", trail.sum.truth-keys.sum.truth, "changes")
	result("migration_lost", trail.sum.lost+keys.sum.lost, "changes")
	result("migration_doubled", trail.sum.doubled+keys.sum.doubled, "changes")
	result("migration_unexplained", trail.sum.unexplained+keys.sum.unexplained, "activities")
	for _, phase := range phases {
		if r.killed[phase] > 0 {
			result("migration_kills_"+string(phase), r.killed[phase], "kills")
		}
	}
	return errors.Join(trail.exact("the trail"), keys.exact("the audit rows in the trail"), old.nothingExtra("the audit tables"))
}

// rowsQuery counts all rows of the audit tables, old halves of updates too.
const rowsQuery = `SELECT (SELECT count(*) FROM account_log) + (SELECT count(*) FROM ledger_log)
	+ (SELECT count(*) FROM audit.record_version) + (SELECT count(*) FROM audit.logged_actions)`

func result(name string, value any, unit string) { fmt.Printf("RESULT %s %v %s\n", name, value, unit) }
