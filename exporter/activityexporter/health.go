package activityexporter

import (
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// work is what can fail on its own: writes may go on while the maintenance lacks
// a right, and the other way round.
type work int

const (
	workWrite work = iota
	workMaintenance
	workSeal
	numWork
)

// health tells the Collector whether Postgres takes what it is given. Only
// changes are reported: each report wakes every extension that watches.
type health struct {
	host component.Host

	mu      sync.Mutex
	failing [numWork]bool
}

// report takes the outcome of the latest work of a kind and says whether it
// differs from the one before.
func (h *health) report(w work, err error) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.failing != [numWork]bool{}
	changed = h.failing[w] != (err != nil)
	h.failing[w] = err != nil
	after := h.failing != [numWork]bool{}
	switch {
	case !before && after:
		componentstatus.ReportStatus(h.host, componentstatus.NewRecoverableErrorEvent(err))
	case before && !after:
		componentstatus.ReportStatus(h.host, componentstatus.NewEvent(componentstatus.StatusOK))
	}
	return changed
}
