package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// Rejected is a record that the database refused.
type Rejected struct {
	RejectedAt, OccurredAt             time.Time
	ID                                 model.ID
	ProjectID, Action, SQLState, Error string
	PayloadBytes                       int64
}

// Rejected lists dead letters, the newest first, from the cursor on that another
// call returned as next; next is empty at the end.
func (r *Reader) Rejected(ctx context.Context, project Match, cursor string, limit int) (letters []Rejected, next string, err error) {
	f := r.scope.within(Filter{Project: project})
	at := position{farFuture, greatestID}
	if cursor != "" {
		if at, err = r.key.decode(cursor, &f); err != nil {
			return nil, "", err
		}
	}
	statement, args, err := filtered(sql.Rejected, &f, at.at.Time(), [16]byte(at.id), limit+1)
	if err != nil {
		return nil, "", err
	}
	err = r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, statement, r.arguments(planEach, args)...)
		if err != nil {
			return err
		}
		letters, err = pgx.CollectRows(rows, scanRejected)
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("list rejected records: %w", r.tooSlow(ctx, err))
	}
	if len(letters) > limit {
		letters = letters[:limit]
		last := &letters[limit-1]
		next = r.key.encode(position{model.MicrosOf(last.RejectedAt), last.ID}, &f)
	}
	return letters, next, nil
}

func scanRejected(row pgx.CollectableRow) (Rejected, error) {
	var l Rejected
	err := row.Scan(l.fields()...)
	return l, err
}

// fields are where the columns of rejected.sql go.
func (l *Rejected) fields() []any {
	return []any{&l.RejectedAt, &l.OccurredAt, (*[16]byte)(&l.ID), &l.ProjectID, &l.Action, &l.SQLState, &l.Error, &l.PayloadBytes}
}
