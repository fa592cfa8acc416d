package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/sql"
)

// NotifyChannel wakes readers of the live tail after each commit of a batch.
const NotifyChannel = "activity_batch"

const (
	// maxRounds bounds how often one part of a batch is copied again because
	// others wrote some of its rows meanwhile, or because partitions were missing.
	maxRounds = 16

	rollbackTimeout = 5 * time.Second
)

// Writer stores batches. It is safe for concurrent use; each Write takes one
// connection of the pool.
type Writer struct {
	pool       *pgxpool.Pool
	resources  resourceCache
	skipCounts bool
	skipHashes bool
}

// WriterOption changes what a Writer does.
type WriterOption func(*Writer)

// SkipCounts leaves the rollups alone: for measuring what they cost.
func SkipCounts() WriterOption { return func(w *Writer) { w.skipCounts = true } }

// SkipHashes leaves the hashes of contents out, and with them the rows out of any
// seal: for measuring what they cost.
func SkipHashes() WriterOption { return func(w *Writer) { w.skipHashes = true } }

// NewWriter makes a Writer. It doesn't connect.
func NewWriter(pool *pgxpool.Pool, options ...WriterOption) *Writer {
	w := &Writer{pool: pool}
	for _, option := range options {
		option(w)
	}
	return w
}

// Result says where the rows of a batch went; the three add up to all of them.
type Result struct {
	Written int
	// Duplicates were in the table already, or twice in the batch.
	Duplicates int
	// Rejected were refused by Postgres and are in activity.rejected.
	Rejected int
}

// Write stores each row of b exactly once: in the table, or in
// activity.rejected when Postgres refuses it. It may be called again with the
// same rows, in the same batch or cut otherwise, however it ended before: an
// error never means that something is lost, only that it has to be tried again.
//
// payload returns what activity.rejected keeps of a row, by the number that
// Append gave it; nil keeps nothing.
func (w *Writer) Write(ctx context.Context, b *Batch, payload func(row int) []byte) (Result, error) {
	if b.Len() == 0 {
		return Result{}, nil
	}
	conn, err := w.pool.Acquire(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("connect to Postgres: %w", err)
	}
	defer conn.Release()

	result, err := w.write(ctx, conn.Conn(), b, payload)
	if err != nil {
		w.resources.forget()
	}
	return result, err
}

func (w *Writer) write(ctx context.Context, conn *pgx.Conn, b *Batch, payload func(row int) []byte) (Result, error) {
	wr := &write{writer: w, conn: conn, batch: b, payload: payload}
	if err := w.resources.store(ctx, conn, b.resources); err != nil {
		return Result{}, err
	}
	rows := b.sort()
	wr.result.Duplicates = b.Len() - len(rows)
	rows, err := wr.rejectUnstorableTimes(ctx, rows)
	if err == nil {
		err = wr.run(ctx, rows)
	}
	return wr.result, err
}

// write is one call of Write.
type write struct {
	writer  *Writer
	conn    *pgx.Conn
	batch   *Batch
	payload func(row int) []byte
	result  Result
}

// run stores rows, sorted and each key once, in as many transactions as the
// records that Postgres refuses make necessary: one, when there are none.
func (wr *write) run(ctx context.Context, rows []entry) error {
	parts := [][]entry{rows} // a stack
	for len(parts) > 0 {
		part := parts[len(parts)-1]
		parts = parts[:len(parts)-1]
		rest, refusal, err := wr.part(ctx, part)
		switch {
		case err != nil:
			return err
		case refusal == nil:
		case len(rest) == 1:
			if err := wr.reject(ctx, &rest[0], refusal); err != nil {
				return err
			}
		default:
			parts = append(parts, split(rest, refusal)...)
		}
	}
	return nil
}

// part stores rows in one transaction, without those that the table turns out to
// have. A refusal means that one of the rest can't be stored: none of them is.
func (wr *write) part(ctx context.Context, rows []entry) (rest []entry, refusal *pgconn.PgError, err error) {
	for range maxRounds {
		if len(rows) == 0 {
			return nil, nil, nil
		}
		err = wr.transaction(ctx, rows)
		switch Classify(err) {
		case ClassNone:
			wr.result.Written += len(rows)
			return nil, nil, nil
		case ClassDuplicate:
			unknown, asked := wr.dropExisting(ctx, rows)
			if asked != nil {
				return nil, nil, asked
			}
			if len(unknown) == len(rows) {
				// Somebody else's unique constraint refuses the row.
				return rows, asPgError(err), nil
			}
			wr.result.Duplicates += len(rows) - len(unknown)
			rows = unknown
		case ClassPartition:
			if err := wr.ensurePartitions(ctx, rows); err != nil {
				return nil, nil, err
			}
		case ClassRecord:
			return rows, asPgError(err), nil
		case ClassRetry, ClassSchema:
			return nil, nil, err
		}
	}
	return nil, nil, fmt.Errorf("write a batch %d times over: %w", maxRounds, err)
}

func asPgError(err error) *pgconn.PgError {
	refusal, _ := errors.AsType[*pgconn.PgError](err)
	return refusal
}

// transaction takes two round trips: one for the rows, one for what belongs to
// them. It uses no savepoint: the live tail finds a batch's rows by the id of
// the whole transaction.
func (wr *write) transaction(ctx context.Context, rows []entry) error {
	err := copyRows(ctx, wr.conn.PgConn(), wr.batch, rows, !wr.writer.skipHashes)
	if err != nil {
		err = fmt.Errorf("copy %d activities: %w", len(rows), err)
	} else {
		err = wr.finish(ctx, rows)
	}
	if err != nil {
		wr.rollback(ctx)
	}
	return err
}

func (wr *write) finish(ctx context.Context, rows []entry) error {
	var statements pgx.Batch
	if !wr.writer.skipCounts {
		wr.batch.counts.count(wr.batch, rows)
		wr.batch.counts.queue(&statements)
	}
	statements.Queue(sql.WriteBatch, rows[0].at.Time(), rows[len(rows)-1].at.Time(), len(rows))
	committed := false
	statements.Queue("COMMIT").Exec(func(pgconn.CommandTag) error {
		committed = true
		return nil
	})
	statements.Queue(sql.WriteWake)
	err := wr.conn.SendBatch(ctx, &statements).Close()
	if err != nil && !committed {
		return fmt.Errorf("commit %d activities: %w", len(rows), err)
	}
	return nil // readers who aren't woken look by themselves after a while
}

// rollback makes the connection usable again. When that fails, the pool throws
// the connection away, which ends the transaction as well.
func (wr *write) rollback(ctx context.Context) {
	if wr.conn.IsClosed() || wr.conn.PgConn().TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, rollbackTimeout)
	defer cancel()
	_, _ = wr.conn.Exec(ctx, "ROLLBACK")
}
