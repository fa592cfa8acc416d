package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/bench/internal/stats"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	batchRows   = 8192
	insertBound = 0.8
)

// inserts compares writing behind the trail's last activity with writing into an
// empty one, each beside a server-side COPY of the same rows, all in turn.
func (r *results) inserts(ctx context.Context, c *cluster, o options) error {
	return withPool(ctx, c.DSN(full), 4, func(large *pgxpool.Pool) error {
		return withPool(ctx, c.DSN(empty), 4, func(small *pgxpool.Pool) error {
			i, err := newInsert(ctx, c, large, small, o.insertRows)
			if err != nil {
				return err
			}
			return errors.Join(i.run(ctx, r, o.rounds), i.places[atFull].forget(ctx))
		})
	})
}

type insert struct {
	places     [2]*newest
	activities []model.Activity
	copyFrom   string
	// By place: rows a second of the writer and of COPY, a round each; bytes of WAL a row.
	written, copied, wal [2][]float64
}

// Places in insert.
const (
	atEmpty = iota
	atFull
)

func newInsert(ctx context.Context, c *cluster, large, small *pgxpool.Pool, rows int) (*insert, error) {
	from, err := last(ctx, large)
	if err != nil {
		return nil, err
	}
	i := &insert{activities: follow(from, rows, 2)}
	for place, pool := range map[int]*pgxpool.Pool{atEmpty: small, atFull: large} {
		if i.places[place], err = newNewest(ctx, pool, from, place == atFull); err != nil {
			return nil, err
		}
	}
	return i, i.makeFile(ctx, c)
}

func last(ctx context.Context, pool *pgxpool.Pool) (at time.Time, err error) {
	err = pool.QueryRow(ctx, "SELECT occurred_at FROM activity.activity ORDER BY occurred_at DESC, id DESC LIMIT 1").Scan(&at)
	return at, err
}

// makeFile makes the baseline's file from rows that the writer wrote.
func (i *insert) makeFile(ctx context.Context, c *cluster) error {
	pool := i.places[atEmpty].pool
	if err := write(ctx, store.NewWriter(pool), i.activities); err != nil {
		return err
	}
	var columns string
	const list = `SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = 'activity.activity'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'ingested_at'`
	if err := pool.QueryRow(ctx, list).Scan(&columns); err != nil {
		return err
	}
	file := filepath.Join(c.Folder(), "activities.copy")
	i.copyFrom = fmt.Sprintf("COPY activity.activity (%s) FROM '%s'", columns, file)
	_, err := pool.Exec(ctx, fmt.Sprintf("COPY (SELECT %s FROM activity.activity ORDER BY occurred_at, id) TO '%s'", columns, file))
	return err
}

func (i *insert) run(ctx context.Context, r *results, rounds int) error {
	for round := range rounds {
		for turn := range 4 {
			at := (round + turn) % 4
			place, copies := at%2, at/2 == 1
			rate, wal, err := i.measure(ctx, i.places[place], copies)
			if err != nil {
				return err
			}
			if copies {
				i.copied[place] = append(i.copied[place], rate)
			} else {
				i.written[place] = append(i.written[place], rate)
				i.wal[place] = append(i.wal[place], wal)
			}
			fmt.Fprintf(os.Stderr, "round %d: full %v, copy %v: %.0f rows/s, %.0f B of WAL a row\n", round+1, place == atFull, copies, rate, wal)
		}
	}
	r.say("insert_at_0_rows_per_second", stats.Median(i.written[atEmpty]), "rows/s")
	r.say("insert_at_50m_rows_per_second", stats.Median(i.written[atFull]), "rows/s")
	r.atLeast("insert_at_50m_vs_0", stats.Ratio(i.written[atFull], i.written[atEmpty]), insertBound, "ratio")
	r.say("insert_at_0_vs_copy", stats.Ratio(i.written[atEmpty], i.copied[atEmpty]), "ratio")
	r.say("insert_at_50m_vs_copy", stats.Ratio(i.written[atFull], i.copied[atFull]), "ratio")
	r.say("bytes_row_wal", stats.Median(i.wal[atEmpty]), "B")
	r.say("bytes_row_wal_at_50m", stats.Median(i.wal[atFull]), "B")
	return i.bytes(ctx, r)
}

// measure returns rows a second and bytes of WAL a row.
func (i *insert) measure(ctx context.Context, n *newest, copies bool) (rate, wal float64, err error) {
	if err := n.reset(ctx); err != nil {
		return 0, 0, err
	}
	rows := float64(len(i.activities))
	wal, err = logged(ctx, n.pool, func() error {
		started := time.Now()
		defer func() { rate = rows / time.Since(started).Seconds() }()
		if copies {
			_, err := n.pool.Exec(ctx, i.copyFrom)
			return err
		}
		return write(ctx, store.NewWriter(n.pool), i.activities)
	})
	return rate, wal / rows, err
}

// logged returns how many bytes of WAL f makes, while nobody else writes.
func logged(ctx context.Context, pool *pgxpool.Pool, f func() error) (bytes float64, err error) {
	var before string
	if err := pool.QueryRow(ctx, "SELECT pg_current_wal_insert_lsn()::text").Scan(&before); err != nil {
		return 0, err
	}
	if err := f(); err != nil {
		return 0, err
	}
	err = pool.QueryRow(ctx, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::text::pg_lsn)::float8", before).Scan(&bytes)
	return bytes, err
}
