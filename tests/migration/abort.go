package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// abortion is a migration that is given up in a state.
type abortion struct {
	name      string
	perSecond int // of the backfill; 0 is no bound
	reach     func(context.Context, *rig) error
	undo      func(context.Context, *rig) error
}

var abortions = []abortion{
	{"discovered", 0, reaching(store.MigrationDiscovered), abort},
	{"prepared", 0, reaching(store.MigrationPrepared), abort},
	{"backfilling", 4000, reaching(store.MigrationBackfilling), abort},
	{"shadowing", 0, reaching(store.MigrationShadowing), abort},
	{"fenced", 0, cuttingOverTo(store.MigrationFenced), abort},
	{"sweeping", 0, cuttingOverTo(store.MigrationSweeping), abort},
	{"verified", 0, cuttingOverTo(store.MigrationVerified), abort},
	{"rollback", 0, cuttingOverTo(store.MigrationVerified), rollBack},
}

func reaching(phase store.MigrationPhase) func(context.Context, *rig) error {
	return func(ctx context.Context, r *rig) error { return r.until(ctx, phase, phaseTime) }
}

func cuttingOverTo(phase store.MigrationPhase) func(context.Context, *rig) error {
	return func(ctx context.Context, r *rig) error {
		if err := r.cutOver(ctx, phaseTime); err != nil {
			return err
		}
		return r.until(ctx, phase, phaseTime)
	}
}

// run brings a migration to its state under load, and gives it up.
func (a *abortion) run(ctx context.Context, r *rig) error {
	l := r.startLoad(ctx)
	time.Sleep(time.Second)
	err := r.start(ctx)
	if err == nil {
		err = a.reach(ctx, r)
	}
	if err == nil {
		time.Sleep(r.upTo(moments[store.MigrationPhase(a.name)] + time.Millisecond))
		err = a.undo(ctx, r)
	}
	if err == nil {
		time.Sleep(2 * time.Second) // what is written now is for the triggers again
	}
	if err = errors.Join(err, l.end()); err != nil {
		return fmt.Errorf("%w\n%s", err, r.describe(ctx))
	}
	if err := r.drain(ctx); err != nil {
		return err
	}
	if err := errors.Join(r.judgeAudit(ctx), r.judgeTriggers(ctx)); err != nil {
		return err
	}
	if r.backAgain {
		return r.again(ctx)
	}
	return r.judgeNothingExtra(ctx)
}

// midway is when a kill meets an abort.
const midway = 300 * time.Millisecond

// abort gives a migration up, with a kill in the middle of it.
func abort(ctx context.Context, r *rig) error {
	if err := r.commandAndKill(ctx, store.CommandAbort); err != nil {
		return err
	}
	return r.wait(ctx, phaseTime, "it is not aborted", func(ctx context.Context) (bool, error) {
		phase, err := r.phase(ctx)
		return phase == store.MigrationAborted, err
	})
}

// rollBack goes back to where triggers and log run side by side.
func rollBack(ctx context.Context, r *rig) error {
	r.backAgain = true
	if err := r.commandAndKill(ctx, store.CommandRollback); err != nil {
		return err
	}
	return r.wait(ctx, phaseTime, "it is not rolled back", func(ctx context.Context) (bool, error) {
		m, err := r.migrations.Get(ctx, r.id)
		return err == nil && m.Wanted == "" && m.Phase == store.MigrationShadowing, err
	})
}

func (r *rig) commandAndKill(ctx context.Context, c store.MigrationCommand) error {
	before, err := r.phase(ctx)
	if err != nil {
		return err
	}
	progress("%s while %s", c, before)
	if err := r.command(ctx, c); err != nil {
		return err
	}
	time.Sleep(r.upTo(midway))
	return r.kill(ctx)
}

// judgeAudit says whether the old audit tables have all that happened.
func (r *rig) judgeAudit(ctx context.Context) error {
	audit, before, err := r.compareAudit(ctx)
	if err != nil {
		return err
	}
	if err := audit.print(os.Stdout, "changes and the audit tables"); err != nil {
		return err
	}
	r.options.undone.add(audit, before)
	return errors.Join(audit.exact("the audit tables"), before.exact("what was there before updates and deletes, in the audit tables"))
}

// undone sums up what came of migrations that were given up.
type undone struct{ migrations, changes, lost, doubled, unlike int }

func (u *undone) add(audit, before *figures) {
	u.migrations++
	u.changes += audit.sum.truth
	u.lost += audit.sum.lost
	u.doubled += audit.sum.doubled + audit.sum.unexplained
	u.unlike += before.sum.lost
}

func (u *undone) report() {
	if u.migrations == 0 {
		return
	}
	result("migration_undone", u.migrations, "migrations")
	result("migration_undone_changes", u.changes, "changes")
	result("migration_undone_lost", u.lost, "changes")
	result("migration_undone_doubled", u.doubled, "changes")
	result("migration_undone_unlike", u.unlike, "changes") // that say otherwise what was there before
}

// judgeTriggers says whether the triggers are as they were.
func (r *rig) judgeTriggers(ctx context.Context) error {
	now, err := r.enabledTriggers(ctx)
	if err == nil && !maps.Equal(now, r.triggers) {
		err = fmt.Errorf("the triggers are not as they were: %v, now %v", r.triggers, now)
	}
	return err
}

// judgeNothingExtra says whether the trail has anything twice.
func (r *rig) judgeNothingExtra(ctx context.Context) error {
	trail, keys, err := r.compareTrail(ctx)
	if err != nil {
		return err
	}
	return errors.Join(trail.nothingExtra("the trail"), keys.nothingExtra("the audit rows in the trail"))
}

// again cuts over once more after a rollback, and holds all against the truth.
func (r *rig) again(ctx context.Context) error {
	l := r.startLoad(ctx)
	err := r.command(ctx, store.CommandResume)
	if refused := (*store.RefusedCommandError)(nil); errors.As(err, &refused) {
		err = nil
	}
	if err == nil {
		err = r.cutOver(ctx, phaseTime)
	}
	if err == nil {
		err = r.untilVerified(ctx)
	}
	if err = errors.Join(err, l.end()); err != nil {
		return fmt.Errorf("cut over again: %w\n%s", err, r.describe(ctx))
	}
	if err := r.drain(ctx); err != nil {
		return err
	}
	return r.judge(ctx)
}
