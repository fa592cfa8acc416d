package migration

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/store"
)

// fenceAll hands the audited tables over to the log, one after the other. Each waits until
// the receiver has found the fence before.
func (r *Runner) fenceAll(ctx context.Context, m *store.Migration) (more bool, err error) {
	tables, err := auditedTables(m)
	if err != nil {
		return false, err
	}
	for _, t := range tables {
		if t.state.Recorder == store.RecorderLog {
			continue
		}
		if err := r.state.Note(ctx, m.ID, "Handing over "+t.state.Name+"."); err != nil {
			return false, err
		}
		if fenced, err := r.fence(ctx, m, t, store.RecorderLog); err != nil || !fenced {
			return false, err
		}
		return r.awaitFence(ctx, m, t.state.Name)
	}
	for i := range m.Sources {
		if err := r.state.SetSourcePhase(ctx, m.ID, m.Sources[i].Name, store.MigrationSweeping, m.Sources[i].Error, true); err != nil {
			return false, err
		}
	}
	m.Wanted, m.VerifiedAt = "", time.Time{}
	return r.advance(ctx, m, store.MigrationSweeping)
}

// awaitFence waits until the receiver has found the fence of a table.
func (r *Runner) awaitFence(ctx context.Context, m *store.Migration, table string) (more bool, err error) {
	for deadline := time.Now().Add(longestPause); time.Now().Before(deadline); sleep(ctx, idle/10) {
		now, err := r.state.Get(ctx, m.ID)
		if err != nil {
			return false, err
		}
		for i := range now.Tables {
			if now.Tables[i].Name == table && now.Tables[i].Recorder == store.RecorderLog {
				return true, nil
			}
		}
	}
	// The receiver is away, or far behind. To set the fence again does no harm.
	return false, r.state.Note(ctx, m.ID, "Waiting for the receiver to find the fence of "+table+" in the log.")
}

// fence hands a table over in one transaction. It waits for the table no longer than the
// lock timeout, since all that write to it wait behind it; false says that it didn't get it.
func (r *Runner) fence(ctx context.Context, m *store.Migration, t audited, to store.Recorder) (fenced bool, err error) {
	message, err := json.Marshal(FenceMessage{Migration: m.ID, Table: t.state.Name, Recorder: to})
	if err != nil {
		return false, fmt.Errorf("write the fence of %s: %w", t.state.Name, err)
	}
	if to == store.RecorderTriggers {
		if _, err := r.Application.Exec(ctx, restoredCreateSQL); err != nil {
			return false, fmt.Errorf("prepare to put changes back: %w", err)
		}
	}
	var locked time.Duration
	err = pgx.BeginFunc(ctx, r.Application, func(tx pgx.Tx) error {
		began := time.Now()
		defer func() { locked = time.Since(began) }()
		for _, statement := range fenceSQL(t.table, to, r.LockTimeout) {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		if to == store.RecorderTriggers {
			if err := noteGivenBack(ctx, tx, m, t); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, messageSQL, FencePrefix, string(message))
		return err
	})
	problem := ""
	if err != nil {
		problem = fmt.Sprintf("could not be handed over: %v", err)
	}
	if err := r.state.NoteFence(ctx, m.ID, t.state.Name, locked, 1, problem); err != nil {
		return false, err
	}
	if err != nil {
		r.Logger.Warn("A table could not be handed over. Trying again.", zap.String("table", t.state.Name), zap.Error(err))
		sleep(ctx, r.LockPause)
		return false, nil
	}
	r.Logger.Info("A table was handed over.", zap.String("table", t.state.Name), zap.String("recorder", string(to)), zap.Duration("lock", locked))
	return true, nil
}

// noteGivenBack notes until where the audit rows of a table go, while nobody writes to it.
func noteGivenBack(ctx context.Context, tx pgx.Tx, m *store.Migration, t audited) error {
	if can, _ := t.source.Restorable(); !can {
		return nil
	}
	statement := strings.NewReplacer(
		"/* table */", pgx.Identifier{t.source.Schema, t.source.Name}.Sanitize(),
		"/* key */", pgx.Identifier{t.source.Key}.Sanitize(),
	).Replace(givenBackAddSQL)
	if _, err := tx.Exec(ctx, statement, m.ID, t.state.Name); err != nil {
		return fmt.Errorf("note where the rows of %s end: %w", t.source, err)
	}
	return nil
}

// fenceSQL are the statements of a fence but for its message.
func fenceSQL(t *audit.Table, to store.Recorder, timeout time.Duration) []string {
	name := pgx.Identifier{t.Schema, t.Name}.Sanitize()
	statements := []string{
		fmt.Sprintf("SET LOCAL lock_timeout = %d", timeout.Milliseconds()),
		"LOCK TABLE " + name + " IN SHARE ROW EXCLUSIVE MODE",
	}
	for _, trigger := range t.Triggers {
		statements = append(statements, "ALTER TABLE "+name+" "+switchTrigger(trigger, to))
	}
	return statements
}

// enabling has the words for how a trigger was enabled.
var enabling = map[string]string{"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA", "D": "DISABLE"}

func switchTrigger(trigger audit.Trigger, to store.Recorder) string {
	word := "DISABLE"
	if to == store.RecorderTriggers {
		word = enabling[trigger.Enabled]
	}
	return strings.Join([]string{word, "TRIGGER", pgx.Identifier{trigger.Name}.Sanitize()}, " ")
}
