package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// phases are in their order.
var phases = []store.MigrationPhase{
	store.MigrationDiscovered, store.MigrationPrepared, store.MigrationBackfilling, store.MigrationShadowing,
	store.MigrationFenced, store.MigrationSweeping, store.MigrationVerified, store.MigrationComplete,
}

// shadowTime is how long triggers and log run side by side, at least.
const shadowTime = 2 * time.Second

func (r *rig) start(ctx context.Context) error {
	m, err := r.migrations.Start(ctx, "chaos", "off the triggers", store.MigrationSpec{ShadowSeconds: shadowTime.Seconds()})
	if err != nil {
		return err
	}
	r.id = m.ID
	return nil
}

func (r *rig) command(ctx context.Context, c store.MigrationCommand) error {
	_, err := r.migrations.Command(ctx, r.id, c, 0, store.FinishOptions{})
	return err
}

// phase is read often: some last for some milliseconds only.
func (r *rig) phase(ctx context.Context) (phase store.MigrationPhase, err error) {
	err = r.trailPool.QueryRow(ctx, "SELECT phase FROM activity.migration WHERE id = $1", r.id).Scan(&phase)
	return phase, err
}

// until waits until the migration is in a phase, or past it.
func (r *rig) until(ctx context.Context, phase store.MigrationPhase, patience time.Duration) error {
	for deadline := time.Now().Add(patience); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(2 * time.Millisecond) {
		now, err := r.phase(ctx)
		if err != nil {
			return err
		}
		if now == phase || slices.Index(phases, now) > slices.Index(phases, phase) {
			return nil
		}
		if now == store.MigrationAborted || !r.collector.Running() {
			return fmt.Errorf("the migration is %s, and the collector runs: %t", now, r.collector.Running())
		}
	}
	return fmt.Errorf("the migration is not %s within %s: %s", phase, patience, r.describe(ctx))
}

// cutOver waits until it may, and commands it.
func (r *rig) cutOver(ctx context.Context, patience time.Duration) error {
	reason := ""
	err := r.wait(ctx, patience, "the cut-over is locked", func(ctx context.Context) (bool, error) {
		m, err := r.migrations.Get(ctx, r.id)
		if err != nil {
			return false, err
		}
		if m.Differing() > 0 {
			return false, r.differences(ctx)
		}
		reason = m.CutoverGate()
		return reason == "", nil
	})
	if err != nil {
		return fmt.Errorf("%w: %s %s", err, reason, r.describe(ctx))
	}
	return r.command(ctx, store.CommandCutover)
}

// differences makes an error of what was found different.
func (r *rig) differences(ctx context.Context) error {
	const some = 10
	found, err := r.migrations.Differences(ctx, r.id, some)
	if err != nil {
		return err
	}
	lines := make([]string, len(found))
	for i := range found {
		d := &found[i]
		lines[i] = fmt.Sprintf("%s %s %s by %s: %s", d.Table, d.Source, d.Kind, d.FoundBy, d.Detail)
	}
	return fmt.Errorf("differences where there are none:\n%s", strings.Join(lines, "\n"))
}

// describe says what a migration waits for.
func (r *rig) describe(ctx context.Context) string {
	m, err := r.migrations.Get(ctx, r.id)
	if err != nil {
		return err.Error()
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%s, wanted %q, paused %t, note %q, errors %q", m.Phase, m.Wanted, m.Paused, m.Note, m.Errors)
	for i := range m.Sources {
		s := &m.Sources[i]
		fmt.Fprintf(&text, "\n  %s %s: %d of %d rows, %d differences, %s", s.Name, s.Phase, s.RowsDone, s.RowsTotal, s.Differences, s.Error)
	}
	for i := range m.Tables {
		t := &m.Tables[i]
		fmt.Fprintf(&text, "\n  %s by %s: %d compared, %d mismatches, %d attempts, %s", t.Name, t.Recorder, t.Compared, t.Mismatches, t.Attempts, t.Error)
	}
	return text.String()
}
