package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// ErrNoDeadLetter says that there is no dead letter of an id, or no more.
var ErrNoDeadLetter = errors.New("there is no rejected record with this id")

// DeadLetters are the records that the database refused. It is safe for concurrent use.
type DeadLetters struct{ pool *pgxpool.Pool }

// NewDeadLetters looks after the dead letters of a database. It doesn't connect.
func NewDeadLetters(pool *pgxpool.Pool) *DeadLetters { return &DeadLetters{pool: pool} }

// Read returns a dead letter and its payload: an OTLP request with the one record, empty
// when it was too great to be kept. The error is ErrNoDeadLetter when there is none.
func (d *DeadLetters) Read(ctx context.Context, id model.ID) (letter Rejected, payload []byte, err error) {
	err = d.pool.QueryRow(ctx, sql.RejectedOne, [16]byte(id)).Scan(append(letter.fields(), &payload)...)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return letter, nil, ErrNoDeadLetter
	case err != nil:
		return letter, nil, fmt.Errorf("read a rejected record: %w", err)
	}
	return letter, payload, nil
}

// Drop forgets a dead letter. One that is not there any more is no error.
func (d *DeadLetters) Drop(ctx context.Context, letter *Rejected) error {
	if _, err := d.pool.Exec(ctx, sql.RejectedDrop, letter.OccurredAt, [16]byte(letter.ID)); err != nil {
		return fmt.Errorf("drop a rejected record: %w", err)
	}
	return nil
}
