// Package health tells the Collector whether a component works, when several works of it
// can fail on their own.
package health

import (
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// Health is of one component. Only changes are reported: each report wakes every
// extension that watches. The zero Health reports nowhere until it has a Host.
type Health struct {
	// Host is set before the first report.
	Host component.Host

	mu      sync.Mutex
	failing map[string]bool
}

// Report takes the outcome of the latest work of a kind and says whether it differs from
// the one before. The component is well when all of its works are.
func (h *Health) Report(work string, err error) (changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	before := len(h.failing) > 0
	changed = h.failing[work] != (err != nil)
	if err != nil {
		if h.failing == nil {
			h.failing = map[string]bool{}
		}
		h.failing[work] = true
	} else {
		delete(h.failing, work)
	}
	switch after := len(h.failing) > 0; {
	case !before && after:
		componentstatus.ReportStatus(h.Host, componentstatus.NewRecoverableErrorEvent(err))
	case before && !after:
		componentstatus.ReportStatus(h.Host, componentstatus.NewEvent(componentstatus.StatusOK))
	}
	return changed
}

// Fail reports what no waiting mends.
func (h *Health) Fail(err error) {
	componentstatus.ReportStatus(h.Host, componentstatus.NewPermanentErrorEvent(err))
}
