package postgreswalreceiver

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/otel-activity/otel-activity/internal/migration"
	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// history has the fences of a table in the order of the log.
type history []store.Fence

// at returns the fence that a transaction is behind which commits at lsn; nil when it is
// behind none. The transaction that has a fence is before it.
func (h history) at(lsn pgoutput.LSN) *store.Fence {
	for i := len(h) - 1; i >= 0; i-- {
		if h[i].LSN < uint64(lsn) {
			return &h[i]
		}
	}
	return nil
}

// with returns a history that has the fence too; what others hold of h stays as it is.
func (h history) with(fence store.Fence) history {
	place, there := slices.BinarySearchFunc(h, fence, func(a, b store.Fence) int { return cmp.Compare(a.LSN, b.LSN) })
	made := slices.Clone(h)
	if there {
		made[place] = fence
		return made
	}
	return slices.Insert(made, place, fence)
}

// fences are those of all tables. The reader of the log and the look after the publication
// share them.
type fences struct {
	mu sync.Mutex
	by map[string]history // schema.table
}

// load replaces them by what the trail has.
func (f *fences) load(all []store.Fence) {
	by := map[string]history{}
	for _, fence := range all {
		by[fence.Table] = by[fence.Table].with(fence)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	// One that was saved while the trail was being read isn't lost.
	for table := range maps.Keys(f.by) {
		for _, fence := range f.by[table] {
			by[table] = by[table].with(fence)
		}
	}
	f.by = by
}

func (f *fences) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.by = nil
}

func (f *fences) add(fence store.Fence) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.by == nil {
		f.by = map[string]history{}
	}
	f.by[fence.Table] = f.by[fence.Table].with(fence)
}

func (f *fences) table(name string) history {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.by[name]
}

// parseFence reads a message of a migration; false when it is none.
func parseFence(content *pgoutput.Value) (said migration.FenceMessage, valid bool) {
	if content.Cut() || json.Unmarshal(content.Text, &said) != nil {
		return said, false
	}
	if said.Restoring {
		return said, true
	}
	known := said.Recorder == store.RecorderTriggers || said.Recorder == store.RecorderLog
	return said, known && strings.Contains(said.Table, ".")
}
