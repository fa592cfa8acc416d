package main

import (
	"context"
	_ "embed"
	"errors"
	"os/exec"
	"syscall"
)

//go:embed trigger.sql
var triggerSQL string

// way is one of those whose cost is compared.
type way int

const (
	none way = iota
	withReceiver
	withTrigger
	// What Postgres' own client costs that reads the same and does nothing with it.
	withRecvlogical
	// none at wal_level = replica: what the WAL being readable costs by itself.
	noneAtReplica
	numWays
)

var wayNames = [numWays]string{"none", "receiver", "trigger", "recvlogical", "none_at_replica"}

// prepare leaves the tables as they were before each measurement.
func (b *costBench) prepare(ctx context.Context, d *database, w way) error {
	if err := d.dropSlot(ctx); err != nil {
		return err
	}
	if d == b.logical {
		if err := b.switchTrigger(ctx, w == withTrigger); err != nil {
			return err
		}
	}
	return d.exec(ctx, "TRUNCATE pgbench_history", "VACUUM pgbench_accounts, pgbench_tellers, pgbench_branches", "CHECKPOINT")
}

func (b *costBench) switchTrigger(ctx context.Context, on bool) error {
	state := "DISABLE"
	if on {
		state = "ENABLE"
	}
	for _, table := range []string{"accounts", "tellers", "branches", "history"} {
		if err := b.logical.exec(ctx, "ALTER TABLE pgbench_"+table+" "+state+" TRIGGER note"); err != nil {
			return err
		}
	}
	return b.logical.exec(ctx, "TRUNCATE audit.change")
}

// read lets the way's reader read until stop is called.
func (b *costBench) read(ctx context.Context, w way) (stop func() error, err error) {
	stop = func() error { return nil }
	switch w {
	case withReceiver:
		stop, err = b.collector.Stop, b.collector.Start(ctx)
	case withRecvlogical:
		stop, err = b.recvlogical(ctx)
	case none, withTrigger, noneAtReplica, numWays:
		return stop, nil
	}
	if err == nil {
		err = b.logical.until(ctx, slotRead)
	}
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	return stop, nil
}

// recvlogical reads into nothing.
func (b *costBench) recvlogical(ctx context.Context) (stop func() error, err error) {
	stop = func() error { return nil }
	program, err := b.logical.server.Client("pg_recvlogical")
	if err != nil {
		return stop, err
	}
	if err := b.logical.exec(ctx, "CREATE PUBLICATION "+slotName+" FOR ALL TABLES",
		"SELECT pg_create_logical_replication_slot('"+slotName+"', 'pgoutput')"); err != nil {
		return stop, err
	}
	cmd := recvlogical(ctx, program, b.logical.dsn, slotName)
	if err := cmd.Start(); err != nil {
		return stop, err
	}
	return func() error {
		err := cmd.Process.Signal(syscall.SIGINT)
		_ = cmd.Wait() // how it ends when it is told to is no matter
		return err
	}, nil
}

// recvlogical is Postgres' own client, which reads a slot into nothing.
func recvlogical(ctx context.Context, program, dsn, slot string, more ...string) *exec.Cmd {
	args := []string{
		"--dbname=" + dsn, "--slot=" + slot, "--start", "--no-loop", "--file=/dev/null",
		"--option=proto_version=1", "--option=publication_names=" + slotName,
	}
	return exec.CommandContext(ctx, program, append(args, more...)...)
}
