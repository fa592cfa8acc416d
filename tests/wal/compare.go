package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// change is what has to be the same on both sides.
type change struct {
	xid                        int64
	collection, operation, key string
}

// changes are a multiset, and within it one of who made them.
type changes map[change]map[string]int

func (c changes) add(what change, actor string, times int) {
	if c[what] == nil {
		c[what] = map[string]int{}
	}
	c[what][actor] += times
}

func (c changes) times(what change) int {
	sum := 0
	for _, times := range c[what] {
		sum += times
	}
	return sum
}

const (
	truthQuery = `
		SELECT xid, collection, operation, COALESCE(key, ''), COALESCE(actor, ''), count(*)
		FROM truth.change GROUP BY 1, 2, 3, 4, 5`
	// A collection's name that is the entity's type too is kept there alone.
	storedQuery = `
		SELECT COALESCE((attributes ->> 'postgresql.xid')::bigint, 0), COALESCE(attributes ->> 'db.collection.name', entity_type, action),
		       COALESCE(attributes ->> 'db.operation.name', ''), COALESCE(entity_id, ''), COALESCE(actor_id, ''), count(*)
		FROM activity.activity WHERE source = 'database' GROUP BY 1, 2, 3, 4, 5`
	countQuery = "SELECT count(*) FROM activity.activity WHERE source = 'database'"
)

const (
	// drainTime is how long activities may take to arrive once the load has ended.
	drainTime = 5 * time.Minute
	// settleTime is how long nothing must arrive any more: a doubled one may come late.
	settleTime = 3 * time.Second
)

// drain waits until the receiver has acknowledged all of the WAL and nothing arrives any
// more.
func (r *rig) drain(ctx context.Context) error {
	end, err := r.admin(ctx, r.app, "SELECT pg_current_wal_insert_lsn()")
	if err != nil {
		return err
	}
	acknowledged := "SELECT confirmed_flush_lsn >= '" + end[0] + "' FROM pg_replication_slots WHERE slot_name = '" + slot + "'"
	last, since := "", time.Now()
	for deadline := time.Now().Add(drainTime); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(200 * time.Millisecond) {
		done, err1 := r.admin(ctx, r.app, acknowledged)
		count, err2 := r.admin(ctx, r.trail, countQuery)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		if len(done) == 0 {
			return errors.New("the slot is gone")
		}
		if count[0] != last || done[0] != "t" {
			last, since = count[0], time.Now()
		}
		if time.Since(since) > settleTime {
			return nil
		}
	}
	return fmt.Errorf("the receiver has not acknowledged %s, or more and more arrives: %w", end[0], ctx.Err())
}

func (r *rig) compare(ctx context.Context) (*figures, error) {
	truth, err := r.changes(ctx, r.app, truthQuery)
	if err != nil {
		return nil, fmt.Errorf("read the truth: %w", err)
	}
	stored, err := r.changes(ctx, r.trail, storedQuery)
	if err != nil {
		return nil, fmt.Errorf("read the activities: %w", err)
	}
	f := count(truth, stored)
	f.kills, f.killsReading, f.restarts = r.kills, r.killsReading, r.restarts
	return f, nil
}

func (r *rig) changes(ctx context.Context, dsn, query string) (changes, error) {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	all := changes{}
	var what change
	var actor string
	var times int
	_, err = pgx.ForEachRow(rows, []any{&what.xid, &what.collection, &what.operation, &what.key, &actor, &times}, func() error {
		all.add(what, actor, times)
		return nil
	})
	return all, err
}
