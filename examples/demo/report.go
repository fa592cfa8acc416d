package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// drainTime bounds the wait for what is on its way when the shops have ended.
const drainTime = 30 * time.Second

func (d *demo) tellWhereToLook() {
	say("   The page: %s?live=1", pageURL)
	say("   Look with")
	say("     export ACTIVITY_DSN='%s'", d.dsn())
	say("     dist/activityctl tail")
	say("     dist/activityctl query --status failure --from 1h")
	say("     psql \"$ACTIVITY_DSN\" -c 'TABLE activity.count_hour'")
	say("   The Collector's own metrics: http://127.0.0.1:8888/metrics, its log: %s", d.path("collector.log"))
}

// check waits until everything that was sent is stored, prints what there is, and
// fails when a row is missing or there is one too many.
func (d *demo) check(ctx context.Context) error {
	stored, err := d.waitStored(ctx)
	if err != nil {
		return err
	}
	say("\n4. What arrived, by source, action and status")
	if err := d.command(ctx, os.Stdout, filepath.Join(d.root, "dist", "activityctl"),
		"counts", "--dsn", d.dsn(), "--by", "source,action,status", "--top", "15"); err != nil {
		return err
	}
	say("\n   from         sent   stored")
	missing := d.dropped > 0
	for _, service := range slices.Sorted(maps.Keys(d.sent)) {
		say("   %-10s %6d   %6d", service, d.sent[service], stored[service])
		missing = missing || d.sent[service] != stored[service]
	}
	if missing {
		return fmt.Errorf("sent and stored differ, or %d were dropped; the Collector's log says why: %s", d.dropped, d.path("collector.log"))
	}
	say("   All %d activities are stored, each once.", total(stored))
	return d.reportRowChanges(ctx)
}

func (d *demo) waitStored(ctx context.Context) (map[string]int, error) {
	for deadline := time.Now().Add(drainTime); ; time.Sleep(200 * time.Millisecond) {
		stored, err := d.stored(ctx)
		if err != nil {
			return nil, err
		}
		if total(stored) >= total(d.sent) || time.Now().After(deadline) {
			return stored, nil
		}
	}
}

// stored counts the rows of each service that the demo runs, on the rows
// themselves. Row changes that were read from the log are not theirs.
func (d *demo) stored(ctx context.Context) (map[string]int, error) {
	conn, err := pgx.Connect(ctx, d.dsn())
	if err != nil {
		return nil, fmt.Errorf("connect to the demo's Postgres: %w", err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, "SELECT service_name, count(*) FROM activity.activity WHERE attributes ->> 'postgresql.xid' IS NULL GROUP BY service_name")
	if err != nil {
		return nil, fmt.Errorf("count the activities: %w", err)
	}
	stored := make(map[string]int)
	var service string
	var count int
	_, err = pgx.ForEachRow(rows, []any{&service, &count}, func() error {
		stored[service] = count
		return nil
	})
	return stored, err
}

// reportRowChanges says what came from the log, and how much of it knows its writer.
func (d *demo) reportRowChanges(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, d.dsn())
	if err != nil {
		return fmt.Errorf("connect to the demo's Postgres: %w", err)
	}
	defer conn.Close(ctx)
	var changes, known, traced int
	const count = `SELECT count(*), count(actor_id), count(trace_id)
		FROM activity.activity WHERE attributes ->> 'postgresql.xid' IS NOT NULL`
	if err := conn.QueryRow(ctx, count).Scan(&changes, &known, &traced); err != nil {
		return fmt.Errorf("count the row changes: %w", err)
	}
	say("   %d row changes were read from the log: %d know who made them, %d in which trace.\n", changes, known, traced)
	return nil
}

func total(counts map[string]int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}
