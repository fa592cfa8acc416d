package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/store"
)

const migrationPoll = 500 * time.Millisecond

// reached says whether a migration is where somebody waits for it to be; the error says
// why it won't be.
type reached func(m *store.Migration) (bool, error)

func cutoverOpen(m *store.Migration) (bool, error) {
	switch n := m.Differing(); {
	case !m.Running():
		return false, ended(m)
	case m.Phase == store.MigrationShadowing && n > 0:
		return false, fmt.Errorf("old and new differ in %s; \"activityctl migration differences\" names them, \"activityctl migration resume\" compares again",
			finding.Counted(n, "row", "rows"))
	}
	return m.CutoverGate() == "", nil
}

func handedOver(m *store.Migration) (bool, error) {
	switch {
	case m.Phase == store.MigrationVerified, m.Phase == store.MigrationComplete:
		return true, nil
	case !m.Running():
		return false, ended(m)
	case m.Wanted == "" && m.Phase == store.MigrationShadowing:
		return false, errors.New("the tables were not handed over; \"activityctl migration status\" says why")
	}
	return false, nil
}

func aborted(m *store.Migration) (bool, error) {
	if m.Phase == store.MigrationComplete {
		return false, ended(m)
	}
	return !m.Running(), nil
}

func rolledBack(m *store.Migration) (bool, error) {
	if !m.Running() {
		return false, ended(m)
	}
	return m.Wanted != store.CommandRollback, nil
}

func ended(m *store.Migration) error {
	return fmt.Errorf("the migration is %s; \"activityctl migration status %s\" says more", m.Phase, m.ID)
}

// waitFor shows on standard error how far a migration is until it is where it should be.
func waitFor(cmd *cobra.Command, migrations *store.Migrations, id string, there reached) error {
	var seen atomic.Pointer[store.Migration]
	stop := watchProgress(cmd.ErrOrStderr(), func(limit int) string { return migrationLine(seen.Load(), limit) })
	defer stop()
	return poll(cmd.Context(), migrations, id, func(m *store.Migration) (bool, error) {
		seen.Store(m)
		return there(m)
	})
}

// poll reads a migration until there is nothing to wait for. What it waits for goes on
// without it.
func poll(ctx context.Context, migrations *store.Migrations, id string, there reached) error {
	for {
		m, err := migrations.Get(ctx, id)
		if err != nil {
			return err
		}
		if done, err := there(m); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return errors.New("interrupted; the migration goes on, \"activityctl migration status\" shows it")
		case <-time.After(migrationPoll):
		}
	}
}

// migrationLine is how far a migration is, in one line.
func migrationLine(m *store.Migration, limit int) string {
	if m == nil {
		return ""
	}
	parts := []string{fmt.Sprintf("%s, %.0f %%", m.Phase, m.Progress())}
	for i := range m.Sources {
		s := &m.Sources[i]
		if left, ok := s.Left(); ok {
			parts = append(parts, fmt.Sprintf("%s: %d of %d rows, %s left", cell(s.Name), s.RowsDone, s.RowsTotal, finding.About(left)))
		}
	}
	if m.Paused {
		parts = append(parts, "paused")
	}
	if m.Note != "" {
		parts = append(parts, cell(m.Note))
	}
	line := []rune(strings.Join(parts, "; "))
	if len(line) > limit {
		line = append(line[:limit-1], '…')
	}
	return string(line)
}
