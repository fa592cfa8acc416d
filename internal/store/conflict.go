package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/sql"
)

// dropExisting returns the rows that the table doesn't have, in the memory of
// rows.
func (wr *write) dropExisting(ctx context.Context, rows []entry) ([]entry, error) {
	times := make([]time.Time, len(rows))
	ids := make([][16]byte, len(rows))
	for i := range rows {
		times[i], ids[i] = rows[i].at.Time(), rows[i].id
	}
	answer, err := wr.conn.Query(ctx, sql.ExistingKeys, times, ids, times[0], times[len(times)-1])
	if err != nil {
		return nil, fmt.Errorf("ask which of %d activities exist: %w", len(rows), err)
	}
	existing := make([]bool, len(rows))
	var position int64
	_, err = pgx.ForEachRow(answer, []any{&position}, func() error {
		existing[position-1] = true
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("ask which of %d activities exist: %w", len(rows), err)
	}
	unknown := rows[:0]
	for i := range rows {
		if !existing[i] {
			unknown = append(unknown, rows[i])
		}
	}
	return unknown, nil
}
