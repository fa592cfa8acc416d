package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/sql"
)

// erasePage is how many rows are erased in one transaction.
const erasePage = 1000

// Eraser takes a person out of a trail, and leaves the seals whole.
type Eraser struct{ pool *pgxpool.Pool }

// NewEraser makes an Eraser. It doesn't connect.
func NewEraser(pool *pgxpool.Pool) *Eraser { return &Eraser{pool: pool} }

// EraseRequest says whom to erase, and how much.
type EraseRequest struct {
	// Actor is the id of the person, as actor_id and on_behalf_of have it.
	Actor string
	// Documents erases texts and documents of the same activities too: whatever the
	// person is named in there.
	Documents bool
	// Progress, unless nil, is called after each page with how many are erased.
	Progress func(activities int64)
}

// Erased says how much was erased.
type Erased struct {
	Activities  int64
	DeadLetters int64
}

// Run erases. It can be broken off, and run again, at any time.
func (e *Eraser) Run(ctx context.Context, request EraseRequest) (Erased, error) {
	var erased Erased
	at := key{at: leastTime, id: leastID}
	for {
		page, err := e.page(ctx, &request, at)
		if err != nil {
			return erased, err
		}
		if len(page) == 0 {
			break
		}
		at = page[len(page)-1].key
		erased.Activities += int64(len(page))
		if request.Progress != nil {
			request.Progress(erased.Activities)
		}
	}
	done, err := e.pool.Exec(ctx, sql.EraseRejected, request.Actor)
	if err != nil {
		return erased, fmt.Errorf("erase dead letters: %w", err)
	}
	erased.DeadLetters = done.RowsAffected()
	return erased, nil
}

// page erases the next rows behind a key, and returns them as they were.
func (e *Eraser) page(ctx context.Context, request *EraseRequest, behind key) (page []storedContent, err error) {
	err = pgx.BeginFunc(ctx, e.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, compose(sql.EraseRows, contentColumns, ""), binaryResults,
			request.Actor, behind.at.Time(), [16]byte(behind.id), erasePage)
		if err != nil {
			return fmt.Errorf("look for activities of the actor: %w", err)
		}
		page, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (storedContent, error) {
			return readContent(row.RawValues()), nil
		})
		if err != nil {
			return fmt.Errorf("read activities of the actor: %w", err)
		}
		if len(page) == 0 {
			return nil
		}
		if _, err := tx.Exec(ctx, sql.EraseWrite, eraseArguments(page, request.Documents)...); err != nil {
			return fmt.Errorf("erase %d activities: %w", len(page), err)
		}
		return nil
	})
	return page, err
}

// eraseArguments are those of erase_write.sql. Rows without a hash get no digests,
// and neither do those whose digests can't be told any more: what was changed stays
// evident.
func eraseArguments(page []storedContent, documentsToo bool) []any {
	var hasher seal.Hasher
	n := len(page)
	times, ids := make([]time.Time, n), make([][16]byte, n)
	salts, identities, contents := make([][]byte, n), make([][]byte, n), make([][]byte, n)
	for i := range page {
		row := &page[i]
		times[i], ids[i] = row.at.Time(), row.id
		left, ok := hasher.Erase(&row.content, &row.digests, documentsToo)
		if row.hash != nil && ok {
			salts[i], identities[i], contents[i] = left.Salt, left.Identity, left.Documents
		}
	}
	return []any{times, ids, salts, identities, contents, documentsToo}
}
