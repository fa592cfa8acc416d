package migration

import "time"

// Config says how fast, and how gently.
type Config struct {
	// RowsPerSecond bounds reading audit tables; 0 is no bound.
	RowsPerSecond float64
	// ChunkRows is how many audit rows are read and written together.
	ChunkRows int
	// LockTimeout is how long a fence may wait for its table, while which the application
	// waits behind it.
	LockTimeout time.Duration
	// LockPause is the time between two attempts of a fence.
	LockPause time.Duration
	// These are what counts as pressure on the application's database, under which the
	// backfill waits: how far its standbys are behind, how many of its sessions work at a
	// time, how long the slowest of twenty reads took. 0 doesn't ask.
	MaxReplicationLag time.Duration
	MaxActiveSessions int
	MaxReadTime       time.Duration
}

// DefaultConfig is what a production database can take.
func DefaultConfig() Config {
	return Config{
		ChunkRows:         2000,
		LockTimeout:       200 * time.Millisecond,
		LockPause:         time.Second,
		MaxReplicationLag: 10 * time.Second,
		MaxActiveSessions: 50,
		MaxReadTime:       time.Second,
	}
}
