package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/otel-activity/otel-activity/bench/internal/stats"
	"github.com/otel-activity/otel-activity/internal/harness"
)

//go:embed trigger.sql
var triggerSQL string

// way is one of those whose cost is compared.
type way int

const (
	none way = iota
	withReceiver
	withTrigger
	// none at wal_level = replica: what the WAL being readable costs by itself.
	noneAtReplica
	numWays
)

var wayNames = [numWays]string{"none", "receiver", "trigger", "none_at_replica"}

// cost is what a transaction costs the server.
type cost struct{ cpu, bytes, rate float64 }

type costBench struct {
	options          *options
	logical, replica *database
	collector        *harness.Collector
}

func measureCost(ctx context.Context, o *options) error {
	b := &costBench{options: o}
	defer b.close(ctx)
	if err := b.setUp(ctx); err != nil {
		return err
	}
	fmt.Printf("cost: %d transactions a round, %d clients\n", o.transactions, o.clients)
	var cpu, bytes [numWays][]float64
	for round := range o.rounds {
		for i := range numWays {
			w := (way(round) + i) % numWays
			c, err := b.measure(ctx, w)
			if err != nil {
				return fmt.Errorf("%s: %w", wayNames[w], err)
			}
			cpu[w], bytes[w] = append(cpu[w], c.cpu), append(bytes[w], c.bytes)
			fmt.Printf("round %d: %-16s %6.1f µs of CPU and %6.0f B of WAL a transaction, %5.0f a second\n", round+1, wayNames[w], c.cpu, c.bytes, c.rate)
		}
	}
	for w, name := range wayNames {
		fmt.Printf("RESULT cost_%s_cpu %.1f µs\n", name, stats.Median(cpu[w]))
		fmt.Printf("RESULT cost_%s_bytes %.0f B\n", name, stats.Median(bytes[w]))
	}
	fmt.Printf("RESULT wal_cpu_vs_none %.3f ratio\n", stats.Ratio(cpu[withReceiver], cpu[none]))
	fmt.Printf("RESULT wal_bytes_vs_none %.3f ratio\n", stats.Ratio(bytes[withReceiver], bytes[none]))
	fmt.Printf("RESULT trigger_cpu_vs_none %.3f ratio\n", stats.Ratio(cpu[withTrigger], cpu[none]))
	fmt.Printf("RESULT trigger_bytes_vs_none %.3f ratio\n", stats.Ratio(bytes[withTrigger], bytes[none]))
	fmt.Printf("RESULT logical_cpu_vs_replica %.3f ratio\n", stats.Ratio(cpu[none], cpu[noneAtReplica]))
	fmt.Printf("RESULT logical_bytes_vs_replica %.3f ratio\n", stats.Ratio(bytes[none], bytes[noneAtReplica]))
	return nil
}

func (b *costBench) setUp(ctx context.Context) (err error) {
	if b.logical, err = newDatabase(ctx, nil); err != nil {
		return err
	}
	if b.replica, err = newDatabase(ctx, map[string]string{"wal_level": "replica"}); err != nil {
		return err
	}
	if err := errors.Join(b.logical.makeTPCB(ctx), b.replica.makeTPCB(ctx)); err != nil {
		return err
	}
	if err := b.logical.exec(ctx, triggerSQL); err != nil {
		return err
	}
	b.collector, err = newCollector(ctx, b.options.binary, b.logical)
	return err
}

func (b *costBench) close(ctx context.Context) {
	if b.collector != nil {
		_ = b.collector.Stop()
	}
	for _, d := range []*database{b.logical, b.replica} {
		if d != nil {
			d.close(ctx)
		}
	}
}

// measure runs the same load with one of the ways.
func (b *costBench) measure(ctx context.Context, w way) (c cost, err error) {
	d := b.logical
	if w == noneAtReplica {
		d = b.replica
	}
	if err := b.prepare(ctx, d, w); err != nil {
		return c, err
	}
	cpuBefore, bytesBefore, err := d.state(ctx)
	if err != nil {
		return c, err
	}
	each := max(b.options.transactions/b.options.clients, 1)
	if c.rate, err = d.load(ctx, b.options.clients, "--transactions="+strconv.Itoa(each)); err != nil {
		return c, err
	}
	if w == withReceiver {
		if err := d.untilRead(ctx); err != nil {
			return c, err
		}
	}
	cpuAfter, bytesAfter, err := d.state(ctx)
	transactions := float64(each * b.options.clients)
	c.cpu = float64(cpuAfter-cpuBefore) / float64(time.Microsecond) / transactions
	c.bytes = (bytesAfter - bytesBefore) / transactions
	return c, err
}

// prepare leaves the tables as they were before each measurement, with one way at work.
func (b *costBench) prepare(ctx context.Context, d *database, w way) error {
	if err := errors.Join(b.collector.Stop(), d.dropSlot(ctx)); err != nil {
		return err
	}
	if d == b.logical {
		if err := d.exec(ctx, "TRUNCATE audit.change"); err != nil {
			return err
		}
		state := "DISABLE"
		if w == withTrigger {
			state = "ENABLE"
		}
		for _, table := range []string{"accounts", "tellers", "branches", "history"} {
			if err := d.exec(ctx, "ALTER TABLE pgbench_"+table+" "+state+" TRIGGER note"); err != nil {
				return err
			}
		}
	}
	if err := d.exec(ctx, "TRUNCATE pgbench_history", "VACUUM pgbench_accounts, pgbench_tellers, pgbench_branches", "CHECKPOINT"); err != nil {
		return err
	}
	if w != withReceiver {
		return nil
	}
	if err := b.collector.Start(ctx); err != nil {
		return err
	}
	return errors.Join(d.until(ctx, slotRead), d.untilRead(ctx))
}

// state is how much processor time and how many bytes of WAL were used so far.
func (d *database) state(ctx context.Context) (cpu time.Duration, bytes float64, err error) {
	if err := d.quiet(ctx); err != nil {
		return 0, 0, err
	}
	if err := d.conn.QueryRow(ctx, "SELECT (pg_current_wal_insert_lsn() - '0/0')::float8").Scan(&bytes); err != nil {
		return 0, 0, err
	}
	cpu, err = d.cpu()
	return cpu, bytes, err
}
