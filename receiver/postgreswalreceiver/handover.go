package postgreswalreceiver

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// trail is where migrations are kept. Everything in it may be said again after a crash.
type trail interface {
	// Running returns the migration of a database that has not ended; nil when there is none.
	Running(ctx context.Context, database string) (*store.Migration, error)
	// Fences returns all fences of a database.
	Fences(ctx context.Context, database string) ([]store.Fence, error)
	// SaveFence keeps one; when it returns nil, the fence is there for good.
	SaveFence(ctx context.Context, database string, fence store.Fence) error
	// AppendJournal keeps changes with their whole rows.
	AppendJournal(ctx context.Context, migration string, entries []store.JournalEntry) error
	// AddCompared counts changes by table, and keeps what differs.
	AddCompared(ctx context.Context, migration string, changes map[string]int64, found []store.Difference) error
}

var _ trail = (*store.Migrations)(nil)

// handover is the way of tables from their audit triggers to the log, as far as it is the
// business of the log's reader: which changes are for the trail, and what both recorded.
type handover struct {
	trail      trail
	catalog    *pgxpool.Pool // of the application's database
	held       *replication.Filter
	omit, mask *replication.Columns
	logger     *zap.Logger
	// database is its name in the trail; not known before the first session.
	database atomic.Pointer[string]
	fences   fences
	// shadow is what is compared now; never nil.
	shadow atomic.Pointer[shadow]

	mu      sync.Mutex // of what follows: the reader refreshes it too
	running *store.Migration
	sources []*source
	// published has the tables that both sides are compared of, each with a transaction
	// before whose end it may not have been published.
	published  map[string]uint64
	partitions map[string][]audit.Partition // by the name of their root
	warned     map[string]bool
}

// open begins a session with a database, which may be another one than before.
func (h *handover) open(system uint64, database string) {
	name := fmt.Sprintf("%d/%s", system, database)
	if name == h.name() {
		return
	}
	h.database.Store(&name)
	h.fences.forget()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.published = nil
}

// name is the database's in the trail; empty before it is known.
func (h *handover) name() string {
	if name := h.database.Load(); name != nil {
		return *name
	}
	return ""
}

// refresh reads what the trail knows.
func (h *handover) refresh(ctx context.Context) error {
	all, err := h.trail.Fences(ctx, h.name())
	if err != nil {
		return err
	}
	h.fences.load(all)
	running, err := h.trail.Running(ctx, h.name())
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.running = running
	h.readSources()
	return h.compare(ctx)
}

// takes reports whether changes behind a fence are the log's to record. Those of a table
// that has none are: it was never its triggers' alone.
func takes(fence *store.Fence) bool { return fence == nil || fence.Recorder == store.RecorderLog }

// save makes a fence known.
func (h *handover) save(ctx context.Context, fence store.Fence) error {
	if err := h.trail.SaveFence(ctx, h.name(), fence); err != nil {
		return err
	}
	h.fences.add(fence)
	return nil
}

// warn says something once as long as the process runs.
func (h *handover) warn(about, message string, fields ...zap.Field) {
	h.mu.Lock()
	first := !h.warned[about]
	if first {
		if h.warned == nil {
			h.warned = map[string]bool{}
		}
		h.warned[about] = true
	}
	h.mu.Unlock()
	if first {
		h.logger.Warn(message, fields...)
	}
}
