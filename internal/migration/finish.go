package migration

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/store"
)

// finish waits until somebody finishes the migration, and the days are over for which it
// can be rolled back. Then the triggers go, and what was kept for going back.
func (r *Runner) finish(ctx context.Context, m *store.Migration) (more bool, err error) {
	if more, err := r.follow(ctx, m); more || err != nil {
		return more, err
	}
	switch {
	case m.VerifiedAt.IsZero():
		return false, r.compareWhole(ctx, m)
	case m.Wanted != store.CommandFinish || m.Differing() > 0:
		return false, r.state.Note(ctx, m.ID, "")
	case time.Now().Before(m.DropAt):
		return false, r.state.Note(ctx, m.ID, "The triggers are dropped at "+m.DropAt.UTC().Format(time.RFC3339)+". Until then it can be rolled back.")
	}
	tables, err := auditedTables(m)
	if err != nil {
		return false, err
	}
	for _, t := range tables {
		if err := r.dropTriggers(ctx, t); err != nil {
			return false, err
		}
	}
	if m.DropTables {
		if err := r.dropTables(ctx, m); err != nil {
			return false, err
		}
	}
	return r.complete(ctx, m)
}

func (r *Runner) complete(ctx context.Context, m *store.Migration) (more bool, err error) {
	if err := r.state.DropJournal(ctx, m.ID, ""); err != nil {
		return false, err
	}
	if _, err := r.Application.Exec(ctx, restoredDropSQL); err != nil {
		return false, fmt.Errorf("clear up in the application's database: %w", err)
	}
	yes := true
	m.Success, m.Wanted = &yes, ""
	return r.advance(ctx, m, store.MigrationComplete)
}

func (r *Runner) dropTriggers(ctx context.Context, t audited) error {
	return r.drop(ctx, t.state.Name, DropTriggers(t.table))
}

// drop carries statements out in one transaction that waits for its locks no longer than a
// fence does.
func (r *Runner) drop(ctx context.Context, table string, statements []string) error {
	err := pgx.BeginFunc(ctx, r.Application, func(tx pgx.Tx) error {
		for _, statement := range append([]string{fmt.Sprintf("SET LOCAL lock_timeout = %d", r.LockTimeout.Milliseconds())}, statements...) {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("finish with %s: %w", table, err)
	}
	r.Logger.Info("What filled the audit table was dropped.", zap.String("table", table), zap.Strings("statements", statements))
	return nil
}

// dropTables drops the audit tables that nothing fills any more.
func (r *Runner) dropTables(ctx context.Context, m *store.Migration) error {
	found, err := audit.Discover(ctx, r.Application, audit.Options{})
	if err != nil {
		return err
	}
	for i := range m.Sources {
		source, err := definition(&m.Sources[i])
		if err != nil {
			return err
		}
		used := len(source.Tables) == 0 || slices.ContainsFunc(found, func(other audit.Source) bool {
			return other.String() == source.String() && len(other.Tables) > 0
		})
		if used {
			r.Logger.Info("The audit table stays: something still writes to it.", zap.String("table", source.String()))
			continue
		}
		if err := r.drop(ctx, source.String(), []string{DropTable(source)}); err != nil {
			return err
		}
	}
	return nil
}
