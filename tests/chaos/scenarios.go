package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// scenarios are all that is tried, in the order of the table.
var scenarios = []*scenario{
	{name: "collector killed with -9, ten times", fault: killed},
	{name: "collector told to end under load", fault: ended},
	{name: "collector told to end while postgres is down", fault: endedWithoutPostgres},
	{name: "postgres stopped for 30 s", fault: stopped},
	{name: "postgres crashes", fault: crashed},
	{name: "postgres frozen", fault: frozen},
	{name: "postgres fails over to another address", through: 2, fault: failedOver},
	{name: "connection cut in the middle of a COPY", through: 1, fault: cut},
	{name: "connections half open", through: 1, fault: halfOpen},
	{name: "200 ms of latency", through: 1, fault: delayed},
	{name: "1 % of packets reset the connection", through: 1, fault: reset},
	{name: "the queue's disk is full", before: smallQueueDisk, fault: waitFull},
	{name: "schema missing", before: dropSchema, fault: nothing},
	{name: "partition missing", fault: partitionMissing},
	{name: "table locked for 20 s", fault: locked},
	{name: "out of connections", fault: outOfConnections},
	{name: "statement timeout", fault: statementTimeout},
	{name: "two collectors, the same records", collectors: 2, fault: nothing},
	{name: "four collectors, the same records", collectors: 4, fault: nothing},
	{name: "out of order by a year, 1970 and 2262", at: oddTimes, fault: nothing},
}

func nothing(context.Context, *rig) error { return nil }

// killed kills the Collector at random moments, while it starts and while it works.
func killed(ctx context.Context, r *rig) error {
	c := r.collectors[0]
	for range r.times(10) {
		time.Sleep(r.between(200*time.Millisecond, 3*time.Second))
		if err := errors.Join(c.Kill(), c.Start(ctx)); err != nil {
			return err
		}
	}
	return nil
}

func ended(ctx context.Context, r *rig) error {
	for range r.times(3) {
		time.Sleep(r.between(200*time.Millisecond, time.Second))
		if err := errors.Join(r.collectors[0].Stop(), r.collectors[0].Start(ctx)); err != nil {
			return err
		}
	}
	return nil
}

func endedWithoutPostgres(ctx context.Context, r *rig) error {
	if err := r.server.Stop(); err != nil { //nolint:contextcheck // it has its own time
		return err
	}
	time.Sleep(r.length(3))
	return errors.Join(r.collectors[0].Stop(), r.server.Start(ctx), r.collectors[0].Start(ctx))
}

func stopped(ctx context.Context, r *rig) error {
	if err := r.server.Stop(); err != nil { //nolint:contextcheck // it has its own time
		return err
	}
	time.Sleep(r.length(30))
	return r.server.Start(ctx)
}

func crashed(ctx context.Context, r *rig) error {
	for range r.times(3) {
		if err := r.server.Kill(); err != nil {
			return err
		}
		time.Sleep(r.length(2))
		if err := r.server.Start(ctx); err != nil {
			return err
		}
		time.Sleep(r.length(3))
	}
	return nil
}

// frozen stops all of Postgres' processes, as a machine that hangs does.
func frozen(_ context.Context, r *rig) error {
	pids, err := r.postgresProcesses()
	if err != nil {
		return err
	}
	signal := func(s syscall.Signal) {
		for _, pid := range pids {
			_ = syscall.Kill(pid, s) // a session may have ended by itself
		}
	}
	signal(syscall.SIGSTOP)
	time.Sleep(r.length(20))
	signal(syscall.SIGCONT)
	return nil
}

func failedOver(_ context.Context, r *rig) error {
	first, second := r.proxies[0], r.proxies[1]
	first.down.Store(true)
	first.cutAll()
	time.Sleep(r.length(5))
	first.down.Store(false)
	second.down.Store(true)
	second.cutAll()
	time.Sleep(r.length(5))
	second.down.Store(false)
	return nil
}

func cut(_ context.Context, r *rig) error {
	for range r.times(10) {
		r.proxies[0].cutAfter.Store(int64(50_000 + r.rand.IntN(2_000_000)))
		time.Sleep(r.length(3) / 2)
	}
	return nil
}

func halfOpen(_ context.Context, r *rig) error {
	r.proxies[0].silent.Store(true)
	time.Sleep(r.length(15))
	r.proxies[0].silent.Store(false)
	// The other side has forgotten the connections meanwhile.
	r.proxies[0].cutAll()
	return nil
}

func delayed(_ context.Context, r *rig) error {
	r.proxies[0].latency.Store(int64(200 * time.Millisecond))
	time.Sleep(r.length(20))
	r.proxies[0].latency.Store(0)
	return nil
}

func reset(_ context.Context, r *rig) error {
	r.proxies[0].resets.Store(10_000)
	time.Sleep(r.length(20))
	r.proxies[0].resets.Store(0)
	return nil
}

// smallQueueDisk puts the queue on a file system of a few megabytes.
func smallQueueDisk(_ context.Context, r *rig) error {
	queue := filepath.Join(filepath.Dir(r.collectors[0].Config), "queue")
	if err := os.Mkdir(queue, 0o700); err != nil {
		return err
	}
	if err := mount(queue, 4<<20); err != nil {
		return fmt.Errorf("%w: a small file system can't be mounted here (%w)", errNotRun, err)
	}
	r.mounted = append(r.mounted, queue)
	return nil
}

// waitFull holds Postgres back until the queue's disk is full.
func waitFull(ctx context.Context, r *rig) error {
	if err := r.server.Stop(); err != nil { //nolint:contextcheck // it has its own time
		return err
	}
	time.Sleep(r.length(20))
	return r.server.Start(ctx)
}

// dropSchema leaves an empty database, which the Collector fills.
func dropSchema(ctx context.Context, r *rig) error {
	return r.admin(ctx, "DROP SCHEMA activity CASCADE")
}

// partitionMissing takes the partitions of today and later away, with their rows, and
// puts the rows back at the end.
func partitionMissing(ctx context.Context, r *rig) error {
	const detach = `DO $$
DECLARE p record;
BEGIN
  CREATE TABLE IF NOT EXISTS public.kept (LIKE activity.activity);
  FOR p IN SELECT inhrelid::regclass AS name FROM pg_inherits WHERE inhparent = 'activity.activity'::regclass LOOP
    EXECUTE format('INSERT INTO public.kept SELECT * FROM %s', p.name);
    EXECUTE format('DROP TABLE %s', p.name);
  END LOOP;
END $$`
	if err := r.admin(ctx, "BEGIN", "LOCK TABLE activity.activity IN ACCESS EXCLUSIVE MODE", detach, "COMMIT"); err != nil {
		return err
	}
	time.Sleep(r.length(5))
	return r.admin(ctx, "INSERT INTO activity.activity SELECT * FROM public.kept")
}

func locked(ctx context.Context, r *rig) error {
	conn, err := pgx.Connect(ctx, r.direct)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "BEGIN; LOCK TABLE activity.activity IN ACCESS EXCLUSIVE MODE"); err != nil {
		return err
	}
	time.Sleep(r.length(20))
	_, err = conn.Exec(ctx, "COMMIT")
	return err
}

// outOfConnections takes all connections that are left, and ends those of the Collector.
func outOfConnections(ctx context.Context, r *rig) error {
	var taken []*pgx.Conn
	defer func() {
		for _, c := range taken {
			_ = c.Close(ctx)
		}
	}()
	for {
		conn, err := pgx.Connect(ctx, r.direct)
		if err != nil {
			break
		}
		taken = append(taken, conn)
		if len(taken) == 1 {
			continue
		}
		if _, err := taken[0].Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'otelcol-activity%'"); err != nil {
			return err
		}
	}
	time.Sleep(r.length(10))
	return nil
}

func statementTimeout(ctx context.Context, r *rig) error {
	sessions := "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
	if err := r.admin(ctx, "ALTER ROLE postgres SET statement_timeout = '2ms'", sessions); err != nil {
		return err
	}
	time.Sleep(r.length(10))
	return r.admin(ctx, "SET statement_timeout = 0", "ALTER ROLE postgres RESET statement_timeout", sessions)
}

// oddTimes are out of order by a year, and now and then at the ends of time.
func oddTimes(n int) time.Time {
	switch {
	case n%1000 == 1:
		return time.Unix(0, 1)
	case n%1000 == 2:
		return time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
	case n%7 == 0:
		return time.Now().AddDate(0, 0, -n%365)
	default:
		return time.Now().Add(-time.Duration(n%60) * time.Second)
	}
}
