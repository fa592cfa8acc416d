package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// span is a stretch of time.
type span struct{ from, to time.Time }

func (s span) overlaps(other span) bool { return s.from.Before(other.to) && other.from.Before(s.to) }

func (s span) within(other span) bool { return !s.from.Before(other.from) && !s.to.After(other.to) }

// latencies reads what pgbench logged of the transactions: from when each was to begin
// until it had ended.
func (r *rig) latencies() ([]span, error) {
	names, err := filepath.Glob(filepath.Join(r.folder, logs+".*"))
	if err != nil {
		return nil, err
	}
	var all []span
	for _, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		all, err = readLatencies(all, file)
		_ = file.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return all, nil
}

// readLatencies reads lines of "client transaction µs script seconds µs lag", of which the
// first time is how long it took, and the second when it ended.
func readLatencies(to []span, from io.Reader) ([]span, error) {
	for lines := bufio.NewScanner(from); lines.Scan(); {
		var client, transaction, script int
		var took, second, micros int64
		if _, err := fmt.Sscan(lines.Text(), &client, &transaction, &took, &script, &second, &micros); err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		end := time.Unix(second, micros*1000)
		to = append(to, span{end.Add(-time.Duration(took) * time.Microsecond), end})
	}
	return to, nil
}

// p99 is the 99th percentile of the transactions that were within a stretch, without those
// that overlap with an exception; 0 when there are none.
func p99(of, within, except []span) (time.Duration, int) {
	var took []time.Duration
	for _, transaction := range of {
		if slices.ContainsFunc(within, transaction.within) && !slices.ContainsFunc(except, transaction.overlaps) {
			took = append(took, transaction.to.Sub(transaction.from))
		}
	}
	if len(took) == 0 {
		return 0, 0
	}
	slices.Sort(took)
	return took[min(len(took)-1, len(took)*99/100)], len(took)
}

// fenceQuery asks whether somebody has or waits for the lock that only a fence takes on
// the application's tables.
const fenceQuery = `
	SELECT EXISTS (SELECT FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`

const lookEvery = 5 * time.Millisecond

// watchFences notes when fences stood in the way, until it is stopped. What it can't see
// between two looks, it adds on both sides.
func (r *rig) watchFences(ctx context.Context) (stop func() ([]span, error)) {
	ctx, cancel := context.WithCancel(ctx)
	var seen []span
	ended := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			err := r.lookForFences(ctx, &seen)
			if away := r.turns.Load()%2 == 1; err != nil && ctx.Err() == nil && !away {
				ended <- err
				return
			}
			time.Sleep(lookEvery)
		}
		ended <- nil
	}()
	return func() ([]span, error) {
		cancel()
		err := <-ended
		return seen, err
	}
}

func (r *rig) lookForFences(ctx context.Context, seen *[]span) error {
	conn, err := pgx.Connect(ctx, r.app)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for last := time.Now(); ctx.Err() == nil; time.Sleep(lookEvery) {
		var standing bool
		if err := conn.QueryRow(ctx, fenceQuery).Scan(&standing); err != nil {
			return err
		}
		now := time.Now()
		if standing {
			*seen = append(*seen, span{last.Add(-lookEvery), now.Add(2 * lookEvery)})
		}
		last = now
	}
	return nil
}
