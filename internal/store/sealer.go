package store

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/sql"
)

const (
	// DefaultSealDelay is how long after its end an hour counts as closed. What
	// comes later than that gets a seal of its own.
	DefaultSealDelay = 15 * time.Minute

	// hoursAtOnce is how many due hours are looked up at a time.
	hoursAtOnce = 1000
	// chunkLeaves is how many rows are read, and listed, at a time: 128 KB.
	chunkLeaves = 4096

	// lockSeal lets one sealer work. With false, the commit doesn't wait for the disk.
	lockSeal = `SELECT pg_try_advisory_xact_lock(hashtextextended('activity.seal', 0)),
		set_config('synchronous_commit', CASE WHEN $1 THEN current_setting('synchronous_commit') ELSE 'off' END, true)`
)

// Sealer seals the hours of a trail. Any number of them may run at once; one of
// them works and the others do nothing.
type Sealer struct {
	pool  *pgxpool.Pool
	key   ed25519.PrivateKey
	delay time.Duration
	now   func() time.Time
}

// NewSealer makes a Sealer that signs with key and takes an hour as closed when
// delay has passed since its end. It doesn't connect.
func NewSealer(pool *pgxpool.Pool, key ed25519.PrivateKey, delay time.Duration) *Sealer {
	return &Sealer{pool: pool, key: key, delay: delay, now: time.Now}
}

// Run seals all hours that are due, the oldest first, and calls sealed after each;
// nil calls nothing. What was sealed before an error stays sealed.
func (s *Sealer) Run(ctx context.Context, sealed func(*seal.Seal)) error {
	for {
		hours, err := s.due(ctx)
		if err != nil || len(hours) == 0 {
			return err
		}
		for i, hour := range hours {
			// Seals that are lost are made again: only the last waits, for all of them.
			made, err := s.sealHour(ctx, hour, i == len(hours)-1)
			if err != nil {
				return fmt.Errorf("seal the hour of %s: %w", hour.Time().Format(time.RFC3339), err)
			}
			if made == nil {
				return nil // another sealer is at work
			}
			if sealed != nil {
				sealed(made)
			}
		}
	}
}

// due returns hours to seal, the oldest first.
func (s *Sealer) due(ctx context.Context) ([]model.Micros, error) {
	closed := s.now().Add(-s.delay)
	rows, err := s.pool.Query(ctx, sql.SealDue, closed.Add(-time.Hour+time.Microsecond), closed, hoursAtOnce)
	if err != nil {
		return nil, fmt.Errorf("look for hours to seal: %w", err)
	}
	hours, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (model.Micros, error) {
		var hour time.Time
		err := row.Scan(&hour)
		return model.MicrosOf(hour), err
	})
	if err != nil {
		return nil, fmt.Errorf("look for hours to seal: %w", err)
	}
	return hours, nil
}

// sealHour seals the rows of an hour that no seal has. Without an error the seal is
// nil when another sealer was faster. One snapshot holds counts, rows and seals.
func (s *Sealer) sealHour(ctx context.Context, hour model.Micros, synced bool) (made *seal.Seal, err error) {
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead}, func(tx pgx.Tx) error {
		var alone bool
		if err := tx.QueryRow(ctx, lockSeal, synced).Scan(&alone, nil); err != nil || !alone {
			return err
		}
		work, err := newSealing(ctx, tx, hour)
		if err != nil {
			return err
		}
		if err := work.readRows(ctx); err != nil {
			return err
		}
		made, err = work.finish(ctx, s.key, s.now())
		return err
	})
	if Classify(err) == ClassDuplicate {
		// The snapshot is from before the lock: another seal has this number.
		return nil, nil
	}
	return made, err
}

// sealing is one seal in the making.
type sealing struct {
	tx     pgx.Tx
	seal   seal.Seal
	listed *sealedLists // what earlier seals of the hour have
	tree   seal.Tree
	sum    hash.Hash // of the list
	chunk  int
	page   []hashed
}

func newSealing(ctx context.Context, tx pgx.Tx, hour model.Micros) (*sealing, error) {
	work := &sealing{tx: tx, seal: seal.Seal{Hour: hour}, sum: sha256.New()}
	var previous []byte
	err := tx.QueryRow(ctx, sql.SealHead).Scan(&work.seal.Sequence, &previous)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("read the last seal: %w", err)
	}
	work.seal.Sequence++
	copy(work.seal.Previous[:], previous)
	if err := tx.QueryRow(ctx, sql.SealCounted, hour.Time()).Scan(&work.seal.Counted); err != nil {
		return nil, fmt.Errorf("read the counts: %w", err)
	}
	work.listed, err = openSealedLists(ctx, tx, hour)
	return work, err
}

// readRows goes through the hour page by page.
func (w *sealing) readRows(ctx context.Context) error {
	return eachPage(w.seal.Hour, chunkLeaves, func(args []any) (last key, n int, err error) {
		w.page, err = readHashes(ctx, w.tx, args, w.page)
		if err != nil || len(w.page) == 0 {
			return last, 0, err
		}
		return w.page[len(w.page)-1].key, len(w.page), w.add(ctx, w.page)
	})
}

// hashed is a row's key and hash.
type hashed struct {
	key
	content seal.Digest
	has     bool // whether there is a hash
}

// readHashes reads a page of an hour into the memory of page. It takes the fields as
// they come: scanning them costs as much as Postgres' part of it.
func readHashes(ctx context.Context, tx pgx.Tx, args []any, page []hashed) ([]hashed, error) {
	rows, err := tx.Query(ctx, sql.SealRows, args...)
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	defer rows.Close()
	page = page[:0]
	for rows.Next() {
		fields := rows.RawValues()
		row := hashed{key: key{at: timestamp(fields[0]), id: model.ID(fields[1])}, has: len(fields[2]) == seal.Size}
		copy(row.content[:], fields[2])
		page = append(page, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return page, nil
}

// eachPage reads the rows of an hour in the order of their keys, size at a time: page
// gets how fields come and the arguments of seal_rows.sql, and says what it read.
func eachPage(hour model.Micros, size int, page func(args []any) (last key, n int, err error)) error {
	at := key{at: hour - 1, id: greatestID}
	for {
		last, n, err := page([]any{binaryResults, at.at.Time(), [16]byte(at.id), hour.Time(), (hour + microsPerHour).Time(), size})
		if err != nil || n < size {
			return err
		}
		at = last
	}
}

// add takes the rows of a page that are new.
func (w *sealing) add(ctx context.Context, page []hashed) error {
	leaves := make([]byte, 0, len(page)*seal.LeafSize)
	for i := range page {
		row := &page[i]
		if !row.has {
			w.seal.Unhashed++
			continue
		}
		leaf := row.leaf(row.content)
		known, err := w.listed.find(ctx, &leaf, nil)
		if err != nil {
			return err
		}
		if known == nil {
			w.tree.Add(row.content)
			leaves = seal.AppendLeaf(leaves, &leaf)
		}
	}
	if len(leaves) == 0 {
		return nil
	}
	w.sum.Write(leaves)
	w.chunk++
	_, err := w.tx.Exec(ctx, sql.SealLeavesWrite, w.seal.Sequence, w.chunk-1, leaves)
	if err != nil {
		return fmt.Errorf("write the list of rows: %w", err)
	}
	return nil
}

func (w *sealing) finish(ctx context.Context, key ed25519.PrivateKey, now time.Time) (*seal.Seal, error) {
	s := &w.seal
	s.Rows, s.Root, s.SealedAt = w.tree.Size(), w.tree.Root(), model.MicrosOf(now)
	w.sum.Sum(s.Leaves[:0])
	s.Sign(key)
	hash := s.Hash()
	_, err := w.tx.Exec(ctx, sql.SealWrite, s.Sequence, s.Hour.Time(), s.Rows, s.Counted, s.Unhashed, s.SealedAt.Time(),
		s.Root[:], s.Leaves[:], s.Previous[:], hash[:], s.PublicKey[:], s.Signature[:])
	if err != nil {
		return nil, fmt.Errorf("write the seal: %w", err)
	}
	return s, nil
}
