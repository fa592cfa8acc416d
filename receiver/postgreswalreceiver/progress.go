package postgreswalreceiver

import (
	"sync/atomic"
	"time"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// progress is how far the log was read, and how far the pipeline took it. It outlives
// connections.
type progress struct {
	confirmed atomic.Uint64 // all before it is in the pipeline
	serverEnd atomic.Uint64 // how far the server's log goes
	kept      atomic.Int64  // bytes of log that the server keeps for the slot
	// oldest is when the oldest transaction had committed that was read and isn't in the
	// pipeline, in microseconds of Unix; 0 without any.
	oldest atomic.Int64
}

func (p *progress) confirm(lsn replication.LSN) {
	if uint64(lsn) > p.confirmed.Load() {
		p.confirmed.Store(uint64(lsn))
	}
}

func (p *progress) lsn() replication.LSN { return replication.LSN(p.confirmed.Load()) }

// lagBytes is how much of the server's log isn't in the pipeline.
func (p *progress) lagBytes() int64 {
	return max(0, int64(p.serverEnd.Load())-int64(p.confirmed.Load())) //nolint:gosec // a log has fewer than 2^63 bytes
}

// lag is the age of the oldest transaction that was read and isn't in the pipeline.
func (p *progress) lag(now time.Time) time.Duration {
	oldest := p.oldest.Load()
	if oldest == 0 {
		return 0
	}
	return max(0, now.Sub(time.UnixMicro(oldest)))
}

// restart is for a slot that is read from lsn on, which may be another one than before.
func (p *progress) restart(lsn replication.LSN) { p.confirmed.Store(uint64(lsn)) }
