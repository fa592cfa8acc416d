package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/otel-activity/otel-activity/internal/harness"
)

const (
	// smallQueue is the least that takes a batch of the usual size.
	smallQueue = 16_384
	// heavyLoad is more than a slow database takes.
	heavyLoad = 3 * usualLoad
	// heldBack is far more than clients have under way when nobody holds them back.
	heldBack = 10_000
	// slowness is the time of a piece of a batch, of which it has more than a hundred.
	slowness = 50 * time.Millisecond
)

func smallQueues(_ context.Context, r *rig) error {
	for _, c := range r.collectors {
		c.Set = append(c.Set, fmt.Sprintf("exporters.activity.sending_queue.queue_size=%d", smallQueue),
			"exporters.activity.sending_queue.block_on_overflow=true")
	}
	return nil
}

// overflown makes Postgres slow until the queue is full and the clients are held back.
func overflown(ctx context.Context, r *rig) error {
	proxy := r.proxies[0]
	proxy.latency.Store(int64(slowness))
	defer proxy.latency.Store(0)
	for deadline := time.Now().Add(seenTime); ; time.Sleep(100 * time.Millisecond) {
		acknowledged := 0
		for _, c := range r.clients {
			acknowledged += len(c.Acknowledged())
		}
		stored := r.count(ctx)
		waiting := int(r.sent.Load()) - acknowledged
		if stored >= 0 && acknowledged-stored > smallQueue {
			return fmt.Errorf("%d records are acknowledged and not stored, more than the queue takes", acknowledged-stored)
		}
		if waiting >= heldBack {
			break
		}
		if time.Now().After(deadline) {
			return errors.New("the clients were not held back")
		}
	}
	time.Sleep(r.length(15))
	return proxy.waitHarm(ctx)
}

// withinMemory holds the Collector's highest resident size against its memory_limiter.
func withinMemory(_ context.Context, r *rig, _ *figures) error {
	for _, c := range r.collectors {
		peak := c.PeakRSS()
		fmt.Fprintf(os.Stderr, "… the collector took %d MB at most\n", peak>>20)
		switch {
		case peak == 0:
			return fmt.Errorf("%w: this system does not tell the memory of a process", errNotRun)
		case peak > harness.MemoryLimit:
			return fmt.Errorf("the collector took %d MB, more than its memory_limiter's %d", peak>>20, harness.MemoryLimit>>20)
		}
	}
	return nil
}

// onEach fails unless each Collector has acknowledged everything.
func onEach(_ context.Context, r *rig, f *figures) error {
	acknowledged := 0
	for _, c := range r.clients {
		acknowledged += len(c.Acknowledged())
	}
	if want := f.acknowledged * len(r.collectors); acknowledged != want {
		return fmt.Errorf("the collectors have acknowledged %d records instead of %d", acknowledged, want)
	}
	return nil
}
