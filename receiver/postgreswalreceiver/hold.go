package postgreswalreceiver

import (
	"context"
	"slices"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// hold leaves tables to their triggers that were not published before. It comes before
// they are: what is saved here is known to whoever reads their first change.
func (h *handover) hold(ctx context.Context, tables []replication.Table, published func(*replication.Table) bool) error {
	var held, others []*replication.Table
	for i := range tables {
		t := &tables[i]
		switch {
		case t.Unlogged || published(t) || len(h.fences.table(t.String())) > 0:
		case h.held.Match(t.Schema, t.Name):
			held = append(held, t)
		default:
			others = append(others, t)
		}
	}
	if len(others) > 0 {
		audited, err := h.audited(ctx)
		if err != nil {
			return err
		}
		for _, t := range others {
			if audited[t.String()] || slices.ContainsFunc(t.Leaves, func(leaf replication.Table) bool { return audited[leaf.String()] }) {
				held = append(held, t)
			}
		}
	}
	for _, t := range held {
		if err := h.save(ctx, store.Fence{Table: t.String(), Recorder: store.RecorderTriggers}); err != nil {
			return err
		}
		h.logger.Info("Held: its changes stay with its triggers until a migration cuts it over.", zap.Stringer("table", t))
	}
	return nil
}

// audited has the tables that have audit triggers which fire, and the audit tables that
// those fill: their rows are no activities either, whether a migration runs or not.
func (h *handover) audited(ctx context.Context) (map[string]bool, error) {
	sources, err := audit.Discover(ctx, h.catalog, audit.Options{Maps: h.maps()})
	if err != nil {
		return nil, err
	}
	audited := map[string]bool{}
	for i := range sources {
		for t := range slices.Values(sources[i].Tables) {
			if slices.ContainsFunc(t.Triggers, func(trigger audit.Trigger) bool { return trigger.Enabled != "D" }) {
				audited[t.String()], audited[sources[i].String()] = true, true
			}
		}
	}
	return audited, nil
}

// maps describe the audit tables of a running migration that are of no known shape.
func (h *handover) maps() []audit.MapSpec {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.running == nil {
		return nil
	}
	var specs []audit.MapSpec
	for _, m := range h.running.Spec.Maps {
		specs = append(specs, audit.MapSpec{Table: m.Table, Key: m.Key, Map: m.Map, Triggers: m.Triggers, RestoreSQL: m.Restore})
	}
	return specs
}
