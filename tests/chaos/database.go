package main

import (
	"context"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

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
