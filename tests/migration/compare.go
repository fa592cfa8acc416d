package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// change is what has to be the same on both sides. With the version no two changes of a
// row are the same.
type change struct{ collection, operation, key, version string }

func (c change) compare(other change) int {
	return cmp.Or(cmp.Compare(c.collection, other.collection), cmp.Compare(c.operation, other.operation),
		cmp.Compare(c.key, other.key), cmp.Compare(c.version, other.version))
}

// counted is a change and how often it is there. A list of them is in order.
type counted struct {
	change
	times int
}

type list = iter.Seq2[counted, error]

// merge goes through two lists together, and says of each change how often each has it.
func merge(left, right list, each func(what change, left, right int)) error {
	nextLeft, stopLeft := iter.Pull2(left)
	defer stopLeft()
	nextRight, stopRight := iter.Pull2(right)
	defer stopRight()
	l, err1, moreLeft := nextLeft()
	r, err2, moreRight := nextRight()
	for moreLeft || moreRight {
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		order := l.compare(r.change)
		switch {
		case !moreRight || moreLeft && order < 0:
			each(l.change, l.times, 0)
			l, err1, moreLeft = nextLeft()
		case !moreLeft || order > 0:
			each(r.change, 0, r.times)
			r, err2, moreRight = nextRight()
		default:
			each(l.change, l.times, r.times)
			l, err1, moreLeft = nextLeft()
			r, err2, moreRight = nextRight()
		}
	}
	return nil
}

// counting makes a list of a query whose columns are those of change. Millions of them are
// put in order by Postgres.
func counting(ctx context.Context, pool *pgxpool.Pool, query string) list {
	query = `
		SELECT collection, operation, key, version, count(*)::int FROM (
			SELECT COALESCE(collection, '') COLLATE "C" AS collection, COALESCE(operation, '') COLLATE "C" AS operation,
			       COALESCE(key, '') COLLATE "C" AS key, COALESCE(version, '') COLLATE "C" AS version
			FROM (` + query + `) AS changes (collection, operation, key, version)
		) AS whole GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`
	return func(yield func(counted, error) bool) {
		rows, err := pool.Query(ctx, query)
		if err != nil {
			yield(counted{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var c counted
			err := rows.Scan(&c.collection, &c.operation, &c.key, &c.version, &c.times)
			if !yield(c, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(counted{}, err)
		}
	}
}

const (
	truthQuery = "SELECT collection, operation, key, version FROM truth.change"
	// historyQuery has the audit rows that were there before.
	historyQuery = `
		SELECT collection, operation, key, version
		FROM truth.audited JOIN truth.history USING (source) WHERE source_key <= last_key`
	// auditedQuery has those that came since.
	auditedQuery = `
		SELECT collection, operation, key, version
		FROM truth.audited JOIN truth.history USING (source) WHERE source_key > last_key`
	// A collection's name that is the entity's type too is kept there alone.
	trailQuery = `
		SELECT COALESCE(attributes ->> 'db.collection.name', entity_type, action), attributes ->> 'db.operation.name', entity_id,
		       CASE WHEN attributes ->> 'db.operation.name' <> 'DELETE' THEN changes #>> '{after,version}' END
		FROM activity.activity WHERE source = 'database'`

	auditKeysQuery = `
		SELECT source, 'audit row', source_key::text, NULL FROM truth.audited
		WHERE (source, source_key) NOT IN (SELECT source, source_key FROM truth.restored)`
	trailKeysQuery = `
		SELECT attributes ->> 'activity.migration.source', 'audit row', attributes ->> 'activity.migration.key', NULL
		FROM activity.activity WHERE attributes ? 'activity.migration.source'`

	// The rows before updates and deletes can be told by their version alone.
	beforeQuery        = "SELECT collection, operation, NULL, old_version FROM truth.change WHERE operation IN ('UPDATE', 'DELETE')"
	auditedBeforeQuery = `
		SELECT collection, operation, NULL, version
		FROM truth.audited_before JOIN truth.history USING (source) WHERE source_key > last_key`
)

// compareTrail holds the trail against all that happened, and against the audit rows one
// by one.
func (r *rig) compareTrail(ctx context.Context) (trail, keys *figures, err error) {
	if err := r.noteRestored(ctx); err != nil {
		return nil, nil, fmt.Errorf("note which audit rows were put back: %w", err)
	}
	trail, err = compare(
		counting(ctx, r.appPool, truthQuery+" UNION ALL "+historyQuery),
		counting(ctx, r.trailPool, trailQuery))
	if err != nil {
		return nil, nil, fmt.Errorf("compare the trail with the truth: %w", err)
	}
	keys, err = compare(counting(ctx, r.appPool, auditKeysQuery), counting(ctx, r.trailPool, trailKeysQuery))
	if err != nil {
		return nil, nil, fmt.Errorf("compare the trail with the audit rows: %w", err)
	}
	return trail, keys, nil
}

// noteRestored tells the application's database which audit rows were put back: the trail
// has their changes from the log.
func (r *rig) noteRestored(ctx context.Context) error {
	type restored struct {
		Source string
		Key    int64
	}
	rows, err := r.trailPool.Query(ctx, "SELECT source, source_key FROM activity.migration_restored")
	if err != nil {
		return err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[restored])
	if err != nil {
		return err
	}
	_, err = r.appPool.CopyFrom(ctx, pgx.Identifier{"truth", "restored"}, []string{"source", "source_key"},
		pgx.CopyFromSlice(len(found), func(i int) ([]any, error) { return []any{found[i].Source, found[i].Key}, nil }))
	return err
}

// compareAudit holds the audit tables against all that happened since the history: the
// changes, and what was there before them.
func (r *rig) compareAudit(ctx context.Context) (audit, before *figures, err error) {
	audit, err1 := compare(counting(ctx, r.appPool, truthQuery), counting(ctx, r.appPool, auditedQuery))
	before, err2 := compare(counting(ctx, r.appPool, beforeQuery), counting(ctx, r.appPool, auditedBeforeQuery))
	if err := errors.Join(err1, err2); err != nil {
		return nil, nil, fmt.Errorf("compare the audit tables with the truth: %w", err)
	}
	return audit, before, nil
}

const (
	// drainTime is how long activities may take to arrive once the load has ended.
	drainTime = 5 * time.Minute
	// settleTime is how long nothing must arrive any more: a doubled one may come late.
	settleTime = 3 * time.Second
)

// drain waits until the receiver has acknowledged all of the log and nothing arrives any
// more.
func (r *rig) drain(ctx context.Context) error {
	const (
		acknowledgedQuery = "SELECT confirmed_flush_lsn >= $1::pg_lsn FROM pg_replication_slots WHERE slot_name = $2"
		countQuery        = "SELECT count(*) FROM activity.activity WHERE ingested_at > now() - interval '10 minutes'"
	)
	var end string
	if err := r.appPool.QueryRow(ctx, "SELECT pg_current_wal_insert_lsn()::text").Scan(&end); err != nil {
		return err
	}
	var last int
	since := time.Now()
	return r.wait(ctx, drainTime, "the receiver has not acknowledged "+end+", or more and more arrives", func(ctx context.Context) (bool, error) {
		var done bool
		var count int
		err1 := r.appPool.QueryRow(ctx, acknowledgedQuery, end, slot).Scan(&done)
		err2 := r.trailPool.QueryRow(ctx, countQuery).Scan(&count)
		if count > last || !done {
			last, since = max(last, count), time.Now()
		}
		time.Sleep(200 * time.Millisecond)
		return time.Since(since) > settleTime, errors.Join(err1, err2)
	})
}
