package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// smallQueueDisk puts the queue on a file system of a few megabytes.
func smallQueueDisk(_ context.Context, r *rig) error {
	queue := filepath.Join(filepath.Dir(r.collectors[0].Config), "queue")
	if err := os.Mkdir(queue, 0o700); err != nil {
		return err
	}
	if err := mount(queue, 4<<20); err != nil {
		return fmt.Errorf("%w: a small file system can't be mounted here (%w)", errNotRun, err)
	}
	r.mounted = append(r.mounted, queue)
	return nil
}

// waitFull holds Postgres back until the queue's disk is full.
func waitFull(ctx context.Context, r *rig) error {
	if err := r.server.Stop(); err != nil { //nolint:contextcheck // it has its own time
		return err
	}
	time.Sleep(r.length(20))
	return r.server.Start(ctx)
}
