package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// maxErrorText bounds what is kept of Postgres' words, which may quote the row.
const maxErrorText = 2000

// The times that partitions are made for. Postgres could store more, but not
// say them in a form that sorts and parses like the others.
var (
	leastTime    = model.MicrosOf(time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC))
	greatestTime = model.MicrosOf(time.Date(10_000, time.January, 1, 0, 0, 0, 0, time.UTC)) - 1
)

// rejectUnstorableTimes returns the rows whose times have or can have a
// partition; rows are sorted.
func (wr *write) rejectUnstorableTimes(ctx context.Context, rows []entry) ([]entry, error) {
	refusal := &pgconn.PgError{Code: codeDatetimeOverflow, Message: "the time is not within the years 1 to 9999"}
	for len(rows) > 0 && rows[0].at < leastTime {
		if err := wr.reject(ctx, &rows[0], refusal); err != nil {
			return nil, err
		}
		rows = rows[1:]
	}
	for len(rows) > 0 && rows[len(rows)-1].at > greatestTime {
		if err := wr.reject(ctx, &rows[len(rows)-1], refusal); err != nil {
			return nil, err
		}
		rows = rows[:len(rows)-1]
	}
	return rows, nil
}

// reject puts a row aside that Postgres refuses.
func (wr *write) reject(ctx context.Context, e *entry, refusal *pgconn.PgError) error {
	payload := []byte{}
	if wr.payload != nil {
		payload = append(payload, wr.payload(e.row)...)
	}
	at := min(max(e.at, leastTime), greatestTime)
	store := func(payload []byte) error {
		_, err := wr.conn.Exec(ctx, sql.WriteRejected, at.Time(), [16]byte(e.id),
			storable(wr.batch.text(e.project)), storable(wr.batch.text(e.action)),
			refusal.Code, refusalText(refusal), payload)
		return err
	}
	err := store(payload)
	if Classify(err) == ClassRecord {
		// A payload too big for a row must not stop the queue.
		err = store([]byte{})
	}
	if err != nil {
		return fmt.Errorf("put a refused activity aside: %w", err)
	}
	wr.result.Rejected++
	return nil
}

func refusalText(refusal *pgconn.PgError) string {
	text := refusal.Message
	if refusal.Detail != "" {
		text += ": " + refusal.Detail
	}
	return storable([]byte(text[:min(len(text), maxErrorText)]))
}

// storable is text as Postgres takes it: what it refuses may be the reason why
// the row is here.
func storable(text []byte) string {
	return strings.ReplaceAll(strings.ToValidUTF8(string(text), "\uFFFD"), "\x00", "\uFFFD")
}
