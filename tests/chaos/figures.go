package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// figures are what came of a scenario.
type figures struct {
	sent, acknowledged, stored, lost, doubled, rejected int
	// miscounted is how many of the kept counts differ from a recount of the rows.
	miscounted int
	// recovered is the time from the end of the fault until rows arrive again.
	recovered time.Duration
}

func (f *figures) add(other *figures) {
	f.sent += other.sent
	f.acknowledged += other.acknowledged
	f.lost += other.lost
	f.doubled += other.doubled
	f.miscounted += other.miscounted
}

// storedIDs finds what the clients of the load have recorded.
const storedIDs = "SELECT id FROM activity.activity WHERE action = '" + loadAction + "'"

// drainTime is how long rows may take once the clients have ended.
const drainTime = 3 * time.Minute

// compare waits until everything that was acknowledged is in the table, or no more comes,
// and holds the table against the acknowledgements.
func (r *rig) compare(ctx context.Context) (f figures, err error) {
	acknowledged := map[string]bool{}
	for _, c := range r.clients {
		for id := range c.Acknowledged() {
			acknowledged[id] = true
		}
	}
	f.sent, f.acknowledged = int(r.sent.Load()), len(acknowledged)
	stored, err := r.waitStored(ctx, len(acknowledged))
	if err != nil {
		return f, err
	}
	rejected, err := r.ids(ctx, "SELECT id FROM activity.rejected")
	if err != nil {
		return f, err
	}
	f.rejected = len(rejected)
	for id, times := range stored {
		f.stored += times
		f.doubled += times - 1
		delete(acknowledged, id)
	}
	for id := range rejected {
		delete(acknowledged, id)
	}
	f.lost = len(acknowledged)
	f.miscounted, err = r.miscounted(ctx)
	return f, err
}

func (r *rig) miscounted(ctx context.Context) (n int, err error) {
	conn, err := pgx.Connect(ctx, r.direct)
	if err != nil {
		return 0, fmt.Errorf("hold the counts against the rows: %w", err)
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, "SELECT count(*) FROM activity.rollup_drift('1900-01-01', '2300-01-01')").Scan(&n)
	return n, err
}

// waitStored returns how often each id is in the table.
func (r *rig) waitStored(ctx context.Context, want int) (map[string]int, error) {
	var stored map[string]int
	for deadline := time.Now().Add(drainTime); ; time.Sleep(200 * time.Millisecond) {
		var err error
		// What is acknowledged twice, by two Collectors, has one row.
		if stored, err = r.ids(ctx, storedIDs+" UNION ALL SELECT id FROM activity.rejected"); err != nil {
			return nil, err
		}
		if len(stored) >= want || time.Now().After(deadline) {
			break
		}
	}
	return r.ids(ctx, storedIDs)
}

func (r *rig) ids(ctx context.Context, query string) (map[string]int, error) {
	conn, err := pgx.Connect(ctx, r.direct)
	if err != nil {
		return nil, fmt.Errorf("look at the table: %w", err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	ids := map[string]int{}
	var id pgtype.UUID
	_, err = pgx.ForEachRow(rows, []any{&id}, func() error {
		ids[id.String()]++
		return nil
	})
	return ids, err
}

// count is how many rows there are, -1 while Postgres does not say.
func (r *rig) count(ctx context.Context) int {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, r.direct)
	if err != nil {
		return -1
	}
	defer conn.Close(ctx)
	n := -1
	if conn.QueryRow(ctx, "SELECT count(*) FROM activity.activity").Scan(&n) != nil {
		return -1
	}
	return n
}

// waitRecovered waits until more rows arrive, or the load is over.
func (r *rig) waitRecovered(ctx context.Context, over <-chan struct{}) time.Duration {
	start := time.Now()
	before := -1
	for time.Since(start) < drainTime && ctx.Err() == nil {
		n := r.count(ctx)
		if before >= 0 && n > before {
			break
		}
		if before < 0 {
			before = n
		}
		select {
		case <-over:
			return time.Since(start)
		case <-time.After(50 * time.Millisecond):
		}
	}
	return time.Since(start)
}
