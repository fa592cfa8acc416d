package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/bench/internal/stats"
)

//go:embed backlog.sql
var backlogSQL string

const (
	// changesEach is how many changes one transaction of the backlog has, as in backlog.sql.
	changesEach = 10
	// readTime is how long the backlog may take to read.
	readTime = 5 * time.Minute

	startSlot = "backlog" // stays where the backlog begins
	roundSlot = "round"
)

type decodeBench struct {
	*database

	changes int
	end     string // the LSN behind the backlog
}

// measureDecode reads one backlog in turn with the receiver and with pg_recvlogical.
func measureDecode(ctx context.Context, o *options) error {
	d, err := newDatabase(ctx, nil)
	if err != nil {
		return err
	}
	defer d.close(ctx)
	b := &decodeBench{database: d, changes: o.changes / changesEach * changesEach}
	if err := b.writeBacklog(ctx); err != nil {
		return err
	}
	fmt.Printf("decode: %d changes in transactions of %d\n", b.changes, changesEach)
	ways := []struct {
		name  string
		read  func(context.Context) error
		rates []float64
	}{{name: "pg_recvlogical", read: b.recvlogical}, {name: "receiver", read: b.receiver}}
	for round := range o.rounds {
		for i := range ways {
			w := &ways[(round+i)%len(ways)]
			rate, cpu, err := b.measure(ctx, w.read)
			if err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			w.rates = append(w.rates, rate)
			fmt.Printf("round %d: %-15s %8.0f changes/s, %.2f µs of the server's CPU and %.2f µs of the reader's a change\n",
				round+1, w.name, rate, cpu.server, cpu.reader)
		}
	}
	fmt.Printf("RESULT recvlogical_changes_per_second %.0f changes/s\n", stats.Median(ways[0].rates))
	fmt.Printf("RESULT wal_decode_changes_per_second %.0f changes/s\n", stats.Median(ways[1].rates))
	fmt.Printf("RESULT wal_decode_vs_recvlogical %.3f ratio\n", stats.Ratio(ways[1].rates, ways[0].rates))
	return nil
}

func (b *decodeBench) writeBacklog(ctx context.Context) error {
	if err := b.exec(ctx, backlogSQL,
		"CREATE PUBLICATION "+slotName+" FOR TABLE item",
		"SELECT pg_create_logical_replication_slot('"+startSlot+"', 'pgoutput')",
		"SET synchronous_commit = off",
		fmt.Sprintf("CALL write_backlog(%d)", b.changes/changesEach),
	); err != nil {
		return err
	}
	if err := b.conn.QueryRow(ctx, "SELECT pg_current_wal_insert_lsn()::text").Scan(&b.end); err != nil {
		return err
	}
	// pg_recvlogical ends with the first message behind the end.
	return b.exec(ctx, "CALL write_backlog(3)", "SET synchronous_commit = on", "CHECKPOINT")
}

// readCPU is processor time a change, in microseconds.
type readCPU struct{ server, reader float64 }

// measure returns how many changes a second were read, starting and connecting included.
func (b *decodeBench) measure(ctx context.Context, read func(context.Context) error) (rate float64, cpu readCPU, err error) {
	if err := b.exec(ctx, "SELECT pg_copy_logical_replication_slot('"+startSlot+"', '"+roundSlot+"')"); err != nil {
		return 0, cpu, err
	}
	serverBefore, err1 := b.cpu()
	readerBefore, err2 := ownProcessorTime()
	if err := errors.Join(err1, err2); err != nil {
		return 0, cpu, err
	}
	started := time.Now()
	if err := read(ctx); err != nil {
		return 0, cpu, err
	}
	rate = float64(b.changes) / time.Since(started).Seconds()
	const unread = "SELECT NOT active FROM pg_replication_slots WHERE slot_name = '" + roundSlot + "'"
	if err := errors.Join(b.until(ctx, unread), b.exec(ctx, "SELECT pg_drop_replication_slot('"+roundSlot+"')")); err != nil {
		return 0, cpu, err
	}
	time.Sleep(reapTime)
	serverAfter, err1 := b.cpu()
	readerAfter, err2 := ownProcessorTime()
	cpu.server = b.perChange(serverAfter - serverBefore)
	cpu.reader = b.perChange(readerAfter - readerBefore)
	return rate, cpu, errors.Join(err1, err2)
}

func (b *decodeBench) perChange(d time.Duration) float64 {
	return float64(d) / float64(time.Microsecond) / float64(b.changes)
}

func (b *decodeBench) recvlogical(ctx context.Context) error {
	program, err := b.server.Client("pg_recvlogical")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	cmd := recvlogical(ctx, program, b.dsn, roundSlot, "--endpos="+b.end)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
}

func (b *decodeBench) receiver(ctx context.Context) error {
	read := 0
	done := make(chan struct{})
	next, err := consumer.NewLogs(func(_ context.Context, logs plog.Logs) error {
		before := read
		read += logs.LogRecordCount()
		if before < b.changes && read >= b.changes {
			close(done)
		}
		return nil
	})
	if err != nil {
		return err
	}
	r, err := startReceiver(ctx, b.dsn, roundSlot, slotName, next)
	if err != nil {
		return err
	}
	select {
	case <-done:
	case <-time.After(readTime):
		err = errors.New("the receiver has not read the backlog")
	case <-ctx.Done():
		err = ctx.Err()
	}
	return errors.Join(err, r.Shutdown(context.WithoutCancel(ctx)))
}
