package migration

import (
	"context"
	"fmt"
	"slices"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// prepare waits until the receiver reads the slot, publishes the audited tables and holds
// their changes back: from then on no change is recorded twice, and none is missed.
func (r *Runner) prepare(ctx context.Context, m *store.Migration) (more bool, err error) {
	slot, err := replication.ReadSlot(ctx, r.Application, r.Slot)
	if err != nil {
		return false, err
	}
	if slot == nil || !slot.Active {
		return false, r.state.Note(ctx, m.ID, "Waiting for the receiver to read slot "+r.Slot+".")
	}
	waiting, problems, err := r.unprepared(ctx, m)
	switch {
	case err != nil:
		return false, err
	case len(problems) > 0:
		return false, r.stuck(ctx, m, problems)
	case waiting != "":
		return false, r.state.Note(ctx, m.ID, waiting)
	}
	if err := r.beginSources(ctx, m); err != nil {
		return false, err
	}
	return r.advance(ctx, m, store.MigrationBackfilling)
}

// unprepared says what the receiver has still to do, and what it can't.
func (r *Runner) unprepared(ctx context.Context, m *store.Migration) (waiting string, problems []string, err error) {
	published, err := replication.ReadPublication(ctx, r.Application, r.Publication)
	if err != nil {
		return "", nil, err
	}
	fences, err := r.state.Fences(ctx, m.Database)
	if err != nil {
		return "", nil, err
	}
	recorders := map[string]store.Recorder{}
	for _, f := range fences {
		recorders[f.Table] = f.Recorder // the last one counts
	}
	for i := range m.Tables {
		name := m.Tables[i].Name
		there := published != nil && slices.ContainsFunc(published.Tables, func(p replication.Published) bool { return p.String() == name })
		switch recorder := recorders[name]; {
		case !there:
			waiting = fmt.Sprintf("Waiting for the receiver to publish %s: its publication::tables must match it.", name)
		case recorder == store.RecorderLog:
			problems = append(problems, name+" was handed over before, and has an enabled audit trigger again: disable it, or leave the table out (exclude)")
		case recorder == "":
			problems = append(problems, name+" is recorded from the log already, beside its trigger, so that its audit rows can't be told from what the trail has: leave it out (exclude)")
		}
	}
	return waiting, problems, nil
}

// beginSources notes which transactions had ended before the first row is read.
func (r *Runner) beginSources(ctx context.Context, m *store.Migration) error {
	var oldest uint64
	if err := r.Application.QueryRow(ctx, oldestSQL).Scan(&oldest); err != nil {
		return fmt.Errorf("ask for the oldest transaction: %w", err)
	}
	for i := range m.Sources {
		if err := r.state.BeginSource(ctx, m.ID, m.Sources[i].Name, oldest); err != nil {
			return err
		}
	}
	return nil
}
