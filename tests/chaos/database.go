package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

func stopped(ctx context.Context, r *rig) error {
	if err := r.server.Stop(); err != nil { //nolint:contextcheck // it has its own time
		return err
	}
	if err := r.requireAway(ctx); err != nil {
		return err
	}
	time.Sleep(r.length(30))
	return r.server.Start(ctx)
}

func crashed(ctx context.Context, r *rig) error {
	for range r.times(3) {
		if err := errors.Join(r.server.Kill(), r.requireAway(ctx)); err != nil {
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
func frozen(ctx context.Context, r *rig) error {
	pids, err := r.server.Processes()
	if err != nil {
		return err
	}
	signal := func(s syscall.Signal) {
		for _, pid := range pids {
			_ = syscall.Kill(pid, s) // a session may have ended by itself
		}
	}
	signal(syscall.SIGSTOP)
	defer signal(syscall.SIGCONT)
	if err := r.requireAway(ctx); err != nil {
		return err
	}
	time.Sleep(r.length(20))
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
	if err := r.waitTrue(ctx, waitsFor, "activity.activity"); err != nil {
		return err
	}
	time.Sleep(r.length(20))
	_, err = conn.Exec(ctx, "COMMIT")
	return err
}

// outOfConnections takes all connections that are left, and ends those of the Collector
// until it gets none.
func outOfConnections(ctx context.Context, r *rig) error {
	const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'otel-activity%'"
	c := r.collectors[0]
	before, err := r.logSize(c)
	if err != nil {
		return err
	}
	var taken []*pgx.Conn
	defer func() {
		for _, c := range taken {
			_ = c.Close(ctx)
		}
	}()
	for deadline := time.Now().Add(seenTime); time.Now().Before(deadline); {
		conn, err := pgx.Connect(ctx, r.direct)
		if err == nil {
			taken = append(taken, conn)
			continue
		}
		if refused, err := r.logged(c, before, "SQLSTATE 53300"); refused || err != nil {
			time.Sleep(r.length(10))
			return err
		}
		if len(taken) == 0 {
			return err
		}
		if _, err := taken[0].Exec(ctx, end); err != nil {
			return err
		}
	}
	return errors.New("the collector was never out of connections")
}

func statementTimeout(ctx context.Context, r *rig) error {
	before, err := r.logSize(r.collectors[0])
	if err != nil {
		return err
	}
	if err := r.admin(ctx, "ALTER ROLE postgres SET statement_timeout = '2ms'", endSessions); err != nil {
		return err
	}
	if err := r.waitLogged(ctx, r.collectors[0], before, "SQLSTATE 57014"); err != nil {
		return err
	}
	time.Sleep(r.length(10))
	return r.admin(ctx, "SET statement_timeout = 0", "ALTER ROLE postgres RESET statement_timeout", endSessions)
}

const (
	endSessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
	waitsFor    = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = $1::text::regclass)"
	deadlocks   = "SELECT deadlocks >= $1 FROM pg_stat_database WHERE datname = current_database()"
)

// Passwords of the role that the Collector has in one scenario.
const (
	password      = "first"
	otherPassword = "second"
)

// withPassword gives the Collector a role of its own, which needs a password.
func withPassword(ctx context.Context, r *rig) error {
	file := filepath.Join(r.server.Folder(), "data", "pg_hba.conf")
	rules, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	rules = append([]byte("local all collector scram-sha-256\n"), rules...)
	if err := os.WriteFile(file, rules, 0o600); err != nil { //nolint:gosec // a folder of ours
		return err
	}
	dsn, err := url.Parse(r.direct)
	if err != nil {
		return err
	}
	query := dsn.Query()
	query.Set("user", "collector")
	query.Set("password", password)
	dsn.RawQuery = query.Encode()
	r.collectors[0].SetDSN(dsn.String())
	return r.admin(ctx, "CREATE ROLE collector SUPERUSER LOGIN PASSWORD '"+password+"'", "SELECT pg_reload_conf()")
}

// passwordChanged takes the Collector's password away, and gives it back.
func passwordChanged(ctx context.Context, r *rig) error {
	for range r.times(3) {
		before, err := r.logSize(r.collectors[0])
		if err != nil {
			return err
		}
		if err := r.admin(ctx, "ALTER ROLE collector PASSWORD '"+otherPassword+"'", endSessions); err != nil {
			return err
		}
		if err := r.waitLogged(ctx, r.collectors[0], before, "SQLSTATE 28P01"); err != nil {
			return err
		}
		time.Sleep(r.length(5))
		if err := r.admin(ctx, "ALTER ROLE collector PASSWORD '"+password+"'"); err != nil {
			return err
		}
		time.Sleep(r.length(2))
	}
	return nil
}

// deadlocked takes the Collector's locks in another order. Postgres ends the Collector's
// transaction and the foreign one in turn.
func deadlocked(ctx context.Context, r *rig) error {
	before, err := r.logSize(r.collectors[0])
	if err != nil {
		return err
	}
	times := r.times(6)
	for i := range times {
		if err := r.deadlock(ctx, i%2 == 0); err != nil {
			return err
		}
		time.Sleep(r.length(2) / 2)
	}
	return errors.Join(r.waitTrue(ctx, deadlocks, times), r.waitLogged(ctx, r.collectors[0], before, "SQLSTATE 40P01"))
}

func (r *rig) deadlock(ctx context.Context, collectorLoses bool) error {
	conn, err := pgx.Connect(ctx, r.direct)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	// Who waits for so long, and is in a deadlock, is the one that loses.
	patience := "10ms"
	if collectorLoses {
		patience = "1min"
	}
	// A batch writes activities first and their counts behind them.
	if _, err := conn.Exec(ctx, "BEGIN; SET LOCAL deadlock_timeout = '"+patience+"'; LOCK TABLE activity.rollup_hour_delta IN SHARE MODE"); err != nil {
		return err
	}
	if err := r.waitTrue(ctx, waitsFor, "activity.rollup_hour_delta"); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "LOCK TABLE activity.activity IN ACCESS EXCLUSIVE MODE")
	if lost := err != nil && strings.Contains(err.Error(), "SQLSTATE 40P01"); err != nil && !lost {
		return err
	}
	_, err = conn.Exec(ctx, "ROLLBACK")
	return err
}

// requireAway fails when Postgres answers.
func (r *rig) requireAway(ctx context.Context) error {
	if r.count(ctx) >= 0 {
		return errors.New("postgres is not away")
	}
	return nil
}

// waitTrue waits until a query answers true, and fails when it does not: what was to go
// wrong did not.
func (r *rig) waitTrue(ctx context.Context, query string, args ...any) error {
	conn, err := pgx.Connect(ctx, r.direct)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for deadline := time.Now().Add(seenTime); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		var done bool
		if err := conn.QueryRow(ctx, query, args...).Scan(&done); done || err != nil {
			return err
		}
	}
	return fmt.Errorf("never true: %s %v", query, args)
}
