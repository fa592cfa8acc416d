package migration

import (
	"context"
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// goBack gives the tables back to their triggers, puts into the audit tables what these
// have missed, and ends the migration, or lets it wait where triggers and log run side by
// side. Until that is done, each step can be repeated.
func (r *Runner) goBack(ctx context.Context, m *store.Migration) (more bool, err error) {
	r.ahead.drop()
	tables, err := auditedTables(m)
	if err != nil {
		return false, err
	}
	fenced := handedOver(m)
	if fenced {
		if back, err := r.fenceBack(ctx, m, tables); err != nil || !back {
			return false, err
		}
		for _, t := range tables {
			if err := r.putBack(ctx, m, t); err != nil {
				return false, err
			}
		}
		clear(r.givenBack) // it may be handed over again
	}
	if m.Wanted == store.CommandAbort {
		return r.abort(ctx, m)
	}
	return r.stepBack(ctx, m, fenced)
}

// handedOver says whether any table is the log's, or may be: the receiver finds a fence
// only after it was set.
func handedOver(m *store.Migration) bool {
	switch m.Phase {
	case store.MigrationFenced, store.MigrationSweeping, store.MigrationVerified:
		return true
	case store.MigrationDiscovered, store.MigrationPrepared, store.MigrationBackfilling, store.MigrationShadowing,
		store.MigrationComplete, store.MigrationAborted:
	}
	return false
}

// fenceBack sets the reverse fences, and waits until the receiver has passed on everything
// before them: then the journal is complete.
func (r *Runner) fenceBack(ctx context.Context, m *store.Migration, tables []audited) (back bool, err error) {
	for _, t := range tables {
		// One that was given back stays so: a table that is hard to get doesn't make the
		// application wait for all the others again.
		if r.givenBack[m.ID+" "+t.state.Name] {
			continue
		}
		if err := r.state.Note(ctx, m.ID, "Giving "+t.state.Name+" back to its triggers."); err != nil {
			return false, err
		}
		if fenced, err := r.fence(ctx, m, t, store.RecorderTriggers); err != nil || !fenced {
			return false, err
		}
		r.givenBack[m.ID+" "+t.state.Name] = true
	}
	var position string
	if err := r.Application.QueryRow(ctx, positionSQL).Scan(&position); err != nil {
		return false, fmt.Errorf("ask where the log is: %w", err)
	}
	for deadline := time.Now().Add(longestPause); time.Now().Before(deadline) && ctx.Err() == nil; sleep(ctx, idle/10) {
		var confirmed bool
		if err := r.Application.QueryRow(ctx, confirmedSQL, r.Slot, position).Scan(&confirmed); err != nil {
			return false, fmt.Errorf("ask how far the receiver is: %w", err)
		}
		if confirmed {
			return true, nil
		}
	}
	return false, r.state.Note(ctx, m.ID, "Waiting for the receiver to pass on everything up to "+position+".")
}

func (r *Runner) abort(ctx context.Context, m *store.Migration) (more bool, err error) {
	if _, err := r.Application.Exec(ctx, restoredDropSQL); err != nil {
		return false, fmt.Errorf("clear up in the application's database: %w", err)
	}
	no := false
	m.Success, m.Wanted = &no, ""
	return r.advance(ctx, m, store.MigrationAborted)
}

// stepBack lets a migration that was rolled back wait for somebody to resume it.
func (r *Runner) stepBack(ctx context.Context, m *store.Migration, fenced bool) (more bool, err error) {
	m.Wanted, m.Paused, m.VerifiedAt = "", true, time.Time{}
	if !fenced {
		return r.advance(ctx, m, m.Phase)
	}
	if _, err := r.Application.Exec(ctx, givenBackForgetSQL, m.ID); err != nil {
		return false, fmt.Errorf("clear up in the application's database: %w", err)
	}
	for i := range m.Sources {
		if err := r.state.SetSourcePhase(ctx, m.ID, m.Sources[i].Name, store.MigrationShadowing, m.Sources[i].Error, true); err != nil {
			return false, err
		}
	}
	return r.advance(ctx, m, store.MigrationShadowing)
}
