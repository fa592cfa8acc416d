package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
)

const (
	lagClients = 16
	// lagShare of what the clients reach at most is their steady rate.
	lagShare = 0.5
)

// lags notes how long after its commit each change comes.
type lags struct {
	mu  sync.Mutex
	all []time.Duration
}

func (l *lags) note(_ context.Context, logs plog.Logs) error {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				l.all = append(l.all, now.Sub(record.Timestamp().AsTime()))
			}
		}
	}
	return nil
}

// quantile returns that of a sorted list, in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	at := min(int(q*float64(len(sorted))), len(sorted)-1)
	return float64(sorted[at]) / float64(time.Millisecond)
}

// measureLag lets sixteen clients write at a steady rate, and notes the time from each
// commit until the pipeline has the change.
func measureLag(ctx context.Context, _ *options) error {
	d, err := newDatabase(ctx, nil)
	if err != nil {
		return err
	}
	defer d.close(ctx)
	if err := d.makeTPCB(ctx); err != nil {
		return err
	}
	most, err := d.load(ctx, lagClients, "--time=5")
	if err != nil {
		return err
	}
	l := &lags{}
	next, err := consumer.NewLogs(l.note)
	if err != nil {
		return err
	}
	r, err := startReceiver(ctx, d.dsn, slotName, slotName, next)
	if err != nil {
		return err
	}
	defer func() { _ = r.Shutdown(context.WithoutCancel(ctx)) }()
	if err := d.until(ctx, slotRead); err != nil {
		return err
	}
	rate, err := d.load(ctx, lagClients, "--time=20", fmt.Sprintf("--rate=%.0f", most*lagShare))
	if err != nil {
		return err
	}
	if err := d.untilRead(ctx); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) == 0 {
		return errors.New("the receiver has read nothing")
	}
	slices.Sort(l.all)
	fmt.Printf("lag: %d changes, %d clients at %.0f transactions a second of the %.0f that they reach\n", len(l.all), lagClients, rate, most)
	fmt.Printf("RESULT wal_lag_p50_ms %.1f ms\n", quantile(l.all, 0.5))
	fmt.Printf("RESULT wal_lag_p95_ms %.1f ms\n", quantile(l.all, 0.95))
	fmt.Printf("RESULT wal_lag_p99_ms %.1f ms\n", quantile(l.all, 0.99))
	return nil
}
