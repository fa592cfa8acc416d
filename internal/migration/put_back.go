package migration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/store"
)

// putBackAtOnce is how many changes one transaction puts back.
const putBackAtOnce = 500

// putBack inserts the changes of a table into its audit table that only the log has. What
// was put back is noted in the same transaction, by where a piece of the journal ends: the
// journal doesn't change any more, so after a crash its pieces are the same.
func (r *Runner) putBack(ctx context.Context, m *store.Migration, t audited) error {
	lsn, ordinal := uint64(0), int64(-1)
	for {
		entries, err := r.state.Journal(ctx, m.ID, t.state.Name, lsn, ordinal, putBackAtOnce)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return r.state.DropJournal(ctx, m.ID, t.state.Name)
		}
		if can, why := t.source.Restorable(); !can {
			return r.keepAside(ctx, m, t, why)
		}
		if err := r.putBackPiece(ctx, m, t, entries); err != nil {
			return err
		}
		last := &entries[len(entries)-1]
		lsn, ordinal = last.CommitLSN, last.Ordinal
	}
}

// keepAside tells that changes can't be put back. The journal keeps them.
func (r *Runner) keepAside(ctx context.Context, m *store.Migration, t audited, why string) error {
	problem := "changes since it was handed over are in the trail and in activity.migration_journal only: " + why
	r.Logger.Warn("Changes can't be put back into the audit table.", zap.String("table", t.state.Name), zap.String("why", why))
	return r.state.NoteFence(ctx, m.ID, t.state.Name, t.state.LockTime, 0, problem)
}

func (r *Runner) putBackPiece(ctx context.Context, m *store.Migration, t audited, entries []store.JournalEntry) error {
	last := &entries[len(entries)-1]
	piece := []any{m.ID, t.state.Name, int64(last.CommitLSN), last.Ordinal} //nolint:gosec // a log has fewer than 2^63 bytes
	var keys []int64
	err := pgx.BeginFunc(ctx, r.Application, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, restoredKnownSQL, piece...).Scan(&keys)
		if !errors.Is(err, pgx.ErrNoRows) {
			return err // it was put back before, or can't be asked for
		}
		message, err := json.Marshal(FenceMessage{Migration: m.ID, Restoring: true})
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, messageSQL, FencePrefix, string(message)); err != nil {
			return err
		}
		known, err := before(ctx, tx, m, t)
		if err != nil {
			return err
		}
		if keys, err = t.source.Restore(ctx, tx, restorations(t.table, entries), known); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, restoredAddSQL, append(piece, keys, known.UpTo)...)
		return err
	})
	if err != nil {
		return fmt.Errorf("put %d changes of %s back: %w", len(entries), t.state.Name, err)
	}
	r.Logger.Info("Changes were put back into the audit table.", zap.String("table", t.state.Name), zap.Int("changes", len(entries)))
	return r.state.AddRestored(ctx, m.Database, t.source.String(), keys)
}

// before says which audit rows are from before the table was given back: those that its
// triggers write now are of later changes than those that are put back.
func before(ctx context.Context, tx pgx.Tx, m *store.Migration, t audited) (known audit.Known, err error) {
	err = tx.QueryRow(ctx, givenBackKnownSQL, m.ID, t.state.Name).Scan(&known.UpTo, &known.Transactions, &known.Behind)
	if err == nil && known.UpTo == nil {
		err = errors.New("it isn't known when " + t.state.Name + " was given back")
	}
	return known, err
}

func restorations(table *audit.Table, entries []store.JournalEntry) []audit.Restoration {
	changes := make([]audit.Restoration, len(entries))
	for i := range entries {
		e := &entries[i]
		changes[i] = audit.Restoration{
			Table: table, CommittedAt: e.CommittedAt, XID: e.XID, Operation: e.Operation, Old: e.Old, New: e.New,
		}
	}
	return changes
}
