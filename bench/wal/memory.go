package main

import (
	"context"
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/internal/harness"
)

// measureMemory reads one UPDATE of a million rows with the built Collector. What counts
// is how much higher its resident size gets than it was before.
func measureMemory(ctx context.Context, o *options) error {
	d, err := newDatabase(ctx, nil)
	if err != nil {
		return err
	}
	defer d.close(ctx)
	if err := d.exec(ctx,
		"CREATE TABLE wide (id bigint PRIMARY KEY, n int NOT NULL, changed timestamptz NOT NULL DEFAULT now(), note text)",
		fmt.Sprintf("INSERT INTO wide SELECT id, 0, now(), 'a row that is as long as others are' FROM generate_series(1, %d) AS id", o.rows),
		"CHECKPOINT",
	); err != nil {
		return err
	}
	c, err := newCollector(ctx, o.binary, d)
	if err != nil {
		return err
	}
	if err := c.Start(ctx); err != nil {
		return err
	}
	defer func() { _ = c.Stop() }()
	// A few changes first: what the receiver needs for the first of them is not the matter.
	if err := d.until(ctx, slotRead); err != nil {
		return err
	}
	if err := d.exec(ctx, "UPDATE wide SET n = n + 1 WHERE id <= 5000"); err != nil {
		return err
	}
	if err := d.untilRead(ctx); err != nil {
		return err
	}
	before := c.RSS()
	highest := watchRSS(c)
	started := time.Now()
	if err := d.exec(ctx, "UPDATE wide SET n = n + 1, changed = now()"); err != nil {
		return err
	}
	if err := d.untilRead(ctx); err != nil {
		return err
	}
	took, peak := time.Since(started), highest()
	fmt.Printf("memory: one UPDATE of %d rows, read %.1f s after it began; the Collector had %.0f MB before\n",
		o.rows, took.Seconds(), float64(before)/1e6)
	fmt.Printf("RESULT wal_million_row_update_mb %.1f MB\n", float64(peak-before)/1e6)
	fmt.Printf("RESULT wal_million_row_update_rss_mb %.1f MB\n", float64(peak)/1e6)
	return nil
}

// watchRSS looks at the resident size until highest is called. The kernel's own peak
// would have the start in it.
func watchRSS(c *harness.Collector) (highest func() int64) {
	stop, peak := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		for {
			most = max(most, c.RSS())
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return func() int64 {
		close(stop)
		return <-peak
	}
}
