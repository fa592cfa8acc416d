package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/otel-activity/otel-activity/bench/internal/stats"
	"github.com/otel-activity/otel-activity/internal/harness"
)

// cost is what a transaction costs the server: microseconds and bytes.
type cost struct{ cpu, sender, bytes, rate float64 }

// state is how much was used so far.
type state struct {
	cpu, sender time.Duration // sender is the WAL sender's part, and 0 without one
	bytes       float64
}

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
	var cpu, sender, bytes [numWays][]float64
	for round := range o.rounds {
		for i := range numWays {
			w := (way(round) + i) % numWays
			c, err := b.measure(ctx, w)
			if err != nil {
				return fmt.Errorf("%s: %w", wayNames[w], err)
			}
			cpu[w], sender[w], bytes[w] = append(cpu[w], c.cpu), append(sender[w], c.sender), append(bytes[w], c.bytes)
			fmt.Printf("round %d: %-15s %6.1f µs of CPU, %5.1f of them the WAL sender's, and %5.0f B of WAL a transaction, %5.0f a second\n",
				round+1, wayNames[w], c.cpu, c.sender, c.bytes, c.rate)
		}
	}
	report(&cpu, &sender, &bytes)
	return nil
}

func report(cpu, sender, bytes *[numWays][]float64) {
	for w, name := range wayNames {
		fmt.Printf("RESULT cost_%s_cpu %.1f µs\n", name, stats.Median(cpu[w]))
		fmt.Printf("RESULT cost_%s_bytes %.0f B\n", name, stats.Median(bytes[w]))
	}
	fmt.Printf("RESULT cost_receiver_sender_cpu %.1f µs\n", stats.Median(sender[withReceiver]))
	fmt.Printf("RESULT cost_recvlogical_sender_cpu %.1f µs\n", stats.Median(sender[withRecvlogical]))
	fmt.Printf("RESULT wal_cpu_vs_none %.3f ratio\n", stats.Ratio(cpu[withReceiver], cpu[none]))
	fmt.Printf("RESULT wal_bytes_vs_none %.3f ratio\n", stats.Ratio(bytes[withReceiver], bytes[none]))
	fmt.Printf("RESULT recvlogical_cpu_vs_none %.3f ratio\n", stats.Ratio(cpu[withRecvlogical], cpu[none]))
	fmt.Printf("RESULT trigger_cpu_vs_none %.3f ratio\n", stats.Ratio(cpu[withTrigger], cpu[none]))
	fmt.Printf("RESULT trigger_bytes_vs_none %.3f ratio\n", stats.Ratio(bytes[withTrigger], bytes[none]))
	fmt.Printf("RESULT logical_cpu_vs_replica %.3f ratio\n", stats.Ratio(cpu[none], cpu[noneAtReplica]))
	fmt.Printf("RESULT logical_bytes_vs_replica %.3f ratio\n", stats.Ratio(bytes[none], bytes[noneAtReplica]))
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
	stop, err := b.read(ctx, w)
	if err != nil {
		return c, err
	}
	before, err := d.state(ctx)
	if err != nil {
		return c, errors.Join(err, stop())
	}
	each := max(b.options.transactions/b.options.clients, 1)
	if c.rate, err = d.load(ctx, b.options.clients, "--transactions="+strconv.Itoa(each)); err != nil {
		return c, errors.Join(err, stop())
	}
	after, err := d.state(ctx)
	transactions := float64(each * b.options.clients)
	c.cpu = float64(after.cpu-before.cpu) / float64(time.Microsecond) / transactions
	c.sender = float64(after.sender-before.sender) / float64(time.Microsecond) / transactions
	c.bytes = (after.bytes - before.bytes) / transactions
	return c, errors.Join(err, stop())
}

// state waits until all is read, and tells what was used so far.
func (d *database) state(ctx context.Context) (s state, err error) {
	var end string
	var sender *int
	const query = `SELECT pg_current_wal_lsn()::text, (pg_current_wal_insert_lsn() - '0/0')::float8, (SELECT pid FROM pg_stat_replication)`
	if err := d.quiet(ctx); err != nil {
		return s, err
	}
	if err := d.conn.QueryRow(ctx, query).Scan(&end, &s.bytes, &sender); err != nil {
		return s, err
	}
	if sender != nil {
		if err := d.until(ctx, "SELECT sent_lsn >= $1::pg_lsn FROM pg_stat_replication", end); err != nil {
			return s, err
		}
		if s.sender, err = processorTime(*sender, []int{userTime, systemTime}); err != nil {
			return s, err
		}
	}
	s.cpu, err = d.cpu()
	return s, err
}
