package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os/exec"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// slotName is of the slot and of the publication.
const slotName = "otel_activity"

// settings keep what happens every few minutes anyway from falling into one measurement
// and not into the next. How many pages are written whole depends on the last checkpoint
// and not on what is compared.
var settings = map[string]string{
	"shared_buffers":     "'1GB'",
	"max_wal_size":       "'16GB'",
	"checkpoint_timeout": "'1h'",
	"autovacuum":         "off",
	"full_page_writes":   "off",
}

// database is a server with one database that is written to.
type database struct {
	server *pgtest.Server
	dsn    string
	conn   *pgx.Conn
	// background are the processes that don't work for a session.
	background map[int]bool
}

func newDatabase(ctx context.Context, more map[string]string) (_ *database, err error) {
	with := maps.Clone(settings)
	maps.Copy(with, more)
	d := &database{}
	if d.server, err = pgtest.Start(ctx, pgtest.Options{Durable: true, Settings: with}); err != nil {
		return nil, err
	}
	if err = d.open(ctx); err != nil {
		return nil, errors.Join(err, d.server.Close())
	}
	return d, nil
}

func (d *database) open(ctx context.Context) (err error) {
	if d.dsn, err = d.server.CreateEmptyDatabase(ctx); err != nil {
		return err
	}
	if d.conn, err = pgx.Connect(ctx, d.dsn); err != nil {
		return err
	}
	d.background, err = d.backgroundProcesses(ctx)
	return err
}

func (d *database) close(ctx context.Context) {
	_ = d.conn.Close(ctx)
	_ = d.server.Close()
}

func (d *database) exec(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := d.conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

// until waits until a query answers true.
func (d *database) until(ctx context.Context, query string, args ...any) error {
	for deadline := time.Now().Add(3 * time.Minute); time.Now().Before(deadline) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		var done bool
		if err := d.conn.QueryRow(ctx, query, args...).Scan(&done); done || err != nil {
			return err
		}
	}
	return fmt.Errorf("never true: %s %v", query, args)
}

const (
	// While it is being made, a slot has no place yet.
	slotRead     = "SELECT count(*) > 0 FROM pg_replication_slots WHERE slot_name = '" + slotName + "' AND active AND confirmed_flush_lsn IS NOT NULL"
	slotUnread   = "SELECT count(*) = 0 FROM pg_replication_slots WHERE slot_name = '" + slotName + "' AND active"
	acknowledged = "SELECT confirmed_flush_lsn >= $1::pg_lsn FROM pg_replication_slots WHERE slot_name = '" + slotName + "'"
)

// untilRead waits until the slot's reader has acknowledged what is written so far.
func (d *database) untilRead(ctx context.Context) error {
	var end string
	if err := d.conn.QueryRow(ctx, "SELECT pg_current_wal_lsn()::text").Scan(&end); err != nil {
		return err
	}
	return d.until(ctx, acknowledged, end)
}

// dropSlot removes the slot and the publication, if they are there.
func (d *database) dropSlot(ctx context.Context) error {
	if err := d.until(ctx, slotUnread); err != nil {
		return err
	}
	return d.exec(ctx,
		"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '"+slotName+"'",
		"DROP PUBLICATION IF EXISTS "+slotName)
}

// makeTPCB makes the tables of pgbench. The history has no key, which only an UPDATE or
// DELETE of it would need.
func (d *database) makeTPCB(ctx context.Context) error {
	if _, err := d.pgbench(ctx, "--initialize", "--quiet", "--scale=10"); err != nil {
		return err
	}
	return d.exec(ctx, "ALTER TABLE pgbench_history REPLICA IDENTITY FULL")
}

func (d *database) pgbench(ctx context.Context, args ...string) ([]byte, error) {
	program, err := d.server.Client("pgbench")
	if err != nil {
		return nil, err
	}
	out, err := exec.CommandContext(ctx, program, append(args, d.dsn)...).Output()
	if complaint := (&exec.ExitError{}); errors.As(err, &complaint) {
		return nil, fmt.Errorf("pgbench: %w: %s", err, complaint.Stderr)
	}
	return out, err
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

// load runs pgbench's TPC-B-like transactions and returns how many there were a second.
func (d *database) load(ctx context.Context, clients int, args ...string) (float64, error) {
	out, err := d.pgbench(ctx, append(args, "--no-vacuum", "--client="+strconv.Itoa(clients))...)
	if err != nil {
		return 0, err
	}
	found := tps.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("pgbench tells no rate: %s", out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}
