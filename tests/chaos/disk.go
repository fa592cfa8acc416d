package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const (
	// queueRoom holds a few seconds of the usual load, on a busy machine too.
	queueRoom = 2 << 20
	// databaseRoom is what the load leaves to Postgres until its disk is full.
	databaseRoom = 2 << 20
	// enoughRoom holds everything.
	enoughRoom = 2 << 30
)

// smallDisk mounts a small file system and keeps it until the scenario is over.
func (r *rig) smallDisk(folder string, bytes int) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := mount(folder, bytes); err != nil {
		return fmt.Errorf("%w: a small file system can't be mounted here (%w)", errNotRun, err)
	}
	r.mounted = append(r.mounted, folder)
	return nil
}

// smallQueueDisk puts the queue on a file system of a few megabytes.
func smallQueueDisk(_ context.Context, r *rig) error {
	return r.smallDisk(filepath.Join(filepath.Dir(r.collectors[0].Config), "queue"), queueRoom)
}

// queueDiskFull holds Postgres back until the queue's disk is full, and for some time
// more.
func queueDiskFull(ctx context.Context, r *rig) error {
	c := r.collectors[0]
	before, err := r.logSize(c)
	if err != nil {
		return err
	}
	if err := r.server.Stop(); err != nil { //nolint:contextcheck // it has its own time
		return err
	}
	if err := r.waitLogged(ctx, c, before, "no space left on device"); err != nil {
		return err
	}
	time.Sleep(r.length(10))
	return r.server.Start(ctx)
}

// killedWithFullDisk kills the Collector while its queue's disk is full, so that it
// starts on it.
func killedWithFullDisk(ctx context.Context, r *rig) error {
	c := r.collectors[0]
	before, err := r.logSize(c)
	if err != nil {
		return err
	}
	if err := r.server.Stop(); err != nil { //nolint:contextcheck // it has its own time
		return err
	}
	for range r.times(3) {
		if err := r.waitLogged(ctx, c, before, "no space left on device"); err != nil {
			return err
		}
		if err := c.Kill(); err != nil {
			return err
		}
		if before, err = r.logSize(c); err != nil {
			return err
		}
		if err := c.Start(ctx); err != nil {
			return err
		}
	}
	return r.server.Start(ctx)
}

// smallDatabaseDisk puts the database's tables on a file system of their own.
func smallDatabaseDisk(ctx context.Context, r *rig) error {
	folder := filepath.Join(r.server.Folder(), "tablespace")
	if err := r.smallDisk(folder, enoughRoom); err != nil {
		return err
	}
	if err := r.server.Own(folder); err != nil {
		return err
	}
	return r.admin(ctx,
		"CREATE TABLESPACE small LOCATION '"+folder+"'",
		"ALTER TABLE ALL IN TABLESPACE pg_default SET TABLESPACE small",
		"ALTER INDEX ALL IN TABLESPACE pg_default SET TABLESPACE small",
		"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_tablespace = small', current_database()); END $$",
	)
}

// databaseDiskFull takes the room away from Postgres until it says so (SQLSTATE 53100),
// and gives it back.
func databaseDiskFull(ctx context.Context, r *rig) error {
	c, folder := r.collectors[0], r.mounted[0]
	before, err := r.logSize(c)
	if err != nil {
		return err
	}
	used, err := usedBytes(folder)
	if err != nil {
		return err
	}
	if err := resize(folder, used+databaseRoom); err != nil {
		return err
	}
	err = r.waitLogged(ctx, c, before, "SQLSTATE 53100")
	if err == nil {
		time.Sleep(r.length(10))
	}
	return errors.Join(err, resize(folder, enoughRoom))
}

// sizeOption is the size of a file system in memory.
func sizeOption(bytes int) string { return "size=" + strconv.Itoa(bytes) }
