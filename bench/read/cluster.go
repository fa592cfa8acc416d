package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/bench/internal/trail"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/schema"
	"github.com/otel-activity/otel-activity/internal/store"
)

// settings are those of a small server that has been running for a while: what
// happens every few minutes anyway must not fall into one measurement.
var settings = map[string]string{
	"shared_buffers": "'4GB'",
	"max_wal_size":   "'16GB'",
	"autovacuum":     "off",
}

// whileLoading needs no log of what would be made again after a crash, nor waits for
// the disk.
var whileLoading = []string{"wal_level = minimal", "max_wal_senders = 0", "fsync = off", "full_page_writes = off"}

// The databases of the cluster.
const (
	full  = "trail"
	empty = "empty" // the same schema, to compare with
)

// cluster is a Postgres of the benchmark's own.
type cluster struct{ *pgtest.Server }

// startCluster starts a Postgres with the trail, which it makes unless it was kept.
func startCluster(ctx context.Context, folder string, s trail.Settings) (*cluster, error) {
	server, err := pgtest.Start(ctx, pgtest.Options{Durable: true, Settings: settings, Folder: folder})
	if err != nil {
		return nil, err
	}
	c := &cluster{server}
	if err := c.prepare(ctx, s); err != nil {
		return nil, errors.Join(err, server.Close())
	}
	return c, nil
}

func (c *cluster) prepare(ctx context.Context, s trail.Settings) error {
	has, err := c.hasTrail(ctx)
	if err != nil {
		return err
	}
	if has {
		err = c.migrate(ctx, full) // it may be of before some migration
	} else {
		err = c.load(ctx, s)
	}
	if err != nil {
		return err
	}
	return c.create(ctx, empty)
}

func (c *cluster) hasTrail(ctx context.Context) (has bool, err error) {
	err = c.admin(ctx, func(conn *pgx.Conn) error {
		return conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", full).Scan(&has)
	})
	return has, err
}

// evening is 18:00 UTC of the last day of work that is over: the newest partition is
// nearly full then, and has a rest to write into.
func evening(now time.Time) time.Time {
	at := now.UTC().Truncate(24 * time.Hour).Add(-6 * time.Hour)
	for at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		at = at.AddDate(0, 0, -1)
	}
	return at
}

// load makes the trail under another name first: one that was interrupted is none.
func (c *cluster) load(ctx context.Context, s trail.Settings) error {
	s.Until = evening(time.Now())
	const part = "partial"
	for _, setting := range whileLoading {
		if err := c.execute(ctx, "ALTER SYSTEM SET "+setting); err != nil {
			return err
		}
	}
	if err := c.restart(ctx); err != nil {
		return err
	}
	if err := c.create(ctx, part); err != nil {
		return err
	}
	err := withPool(ctx, c.DSN(part), 4, func(pool *pgxpool.Pool) error {
		if err := trail.Load(ctx, pool, s, os.Stderr); err != nil {
			return err
		}
		return trail.Settle(ctx, pool)
	})
	if err != nil {
		return err
	}
	for _, statement := range []string{"ALTER DATABASE " + part + " RENAME TO " + full, "ALTER SYSTEM RESET ALL"} {
		if err := c.execute(ctx, statement); err != nil {
			return err
		}
	}
	syscall.Sync() // what fsync would have done meanwhile
	return c.restart(ctx)
}

func (c *cluster) restart(ctx context.Context) error {
	return errors.Join(c.Stop(), c.Start(ctx)) //nolint:contextcheck // stopping has to end whatever happened
}

// close leaves a cluster that is kept as its owner's shutdown would.
func (c *cluster) close() error { return errors.Join(c.Stop(), c.Close()) }

// create makes a migrated database in place of the one that may be there.
func (c *cluster) create(ctx context.Context, name string) error {
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name} {
		if err := c.execute(ctx, statement); err != nil {
			return err
		}
	}
	return c.migrate(ctx, name)
}

func (c *cluster) migrate(ctx context.Context, name string) error {
	return connected(ctx, c.DSN(name), func(conn *pgx.Conn) error {
		_, err := schema.Up(ctx, conn)
		return err
	})
}

func (c *cluster) execute(ctx context.Context, statement string) error {
	return c.admin(ctx, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
		return nil
	})
}

func (c *cluster) admin(ctx context.Context, f func(*pgx.Conn) error) error {
	return connected(ctx, c.AdminDSN(), f)
}

func connected(ctx context.Context, dsn string, f func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	return f(conn)
}

func withPool(ctx context.Context, dsn string, connections int, f func(*pgxpool.Pool) error) error {
	pool, err := store.Open(dsn, connections) //nolint:contextcheck // the pool lives longer than the call
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := pool.Ping(ctx); err != nil {
		return err
	}
	return f(pool)
}
