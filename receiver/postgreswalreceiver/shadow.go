package postgreswalreceiver

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// shadow is what is compared while triggers and the log both record. It doesn't change: the
// reader takes one for each transaction.
type shadow struct {
	migration string // empty while none runs
	// audits are the audit tables with triggers, by name. Their rows are no activities.
	audits map[string]*source
	// pairs are, by audited table, the audit tables that are published as it is.
	pairs map[string][]pair
}

// source is an audit table.
type source struct {
	audit.Source
	reader *audit.Reader // nil when its rows can't be compared
	// known are the tables that it has rows of. Of another one, such as a partition that is
	// new, nothing is known.
	known map[string]bool
}

// pair is an audited table with an audit table.
type pair struct {
	source *source
	// since is a transaction: those that began after its end are in the log as a whole.
	since uint64
	// certain says which operations have an audit row each.
	certain [numOperations]bool
}

// covers reports whether both sides of a transaction are in the log as a whole. xids have
// 32 bits there; no two that live are half of that apart.
func (p *pair) covers(xid uint32) bool { return int32(xid-uint32(p.since)) > 0 } //nolint:gosec // the difference is what counts

// prepare says which tables to publish: those of the application, and while a migration
// runs its audit tables.
func (h *handover) prepare(ctx context.Context, tables []replication.Table, published func(*replication.Table) bool) ([]replication.Table, error) {
	if err := h.refresh(ctx); err != nil {
		return nil, err
	}
	if err := h.hold(ctx, tables, published); err != nil {
		return nil, err
	}
	audits, err := h.auditTables(ctx)
	if err != nil {
		return nil, err
	}
	for i := range audits {
		if !slices.ContainsFunc(tables, func(t replication.Table) bool { return t.OID == audits[i].OID }) {
			tables = append(tables, audits[i])
		}
	}
	return tables, h.retain(ctx, tables)
}

// auditTables are those of the running migration that can be published.
func (h *handover) auditTables(ctx context.Context) ([]replication.Table, error) {
	h.mu.Lock()
	var names []string
	for _, s := range h.sources {
		if can, _ := s.Comparable(); can {
			names = append(names, s.String())
		}
	}
	h.mu.Unlock()
	if len(names) == 0 {
		return nil, nil
	}
	filter, err := replication.NewFilter(names, nil)
	if err != nil {
		return nil, err
	}
	found, err := replication.Tables(ctx, h.catalog, filter)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(t replication.Table) bool {
		if !slices.Contains(names, t.String()) || t.Unlogged {
			return true
		}
		err := replication.CheckIdentified([]replication.Table{t})
		if err != nil {
			h.warn("identity "+t.String(), "An audit table isn't published: its changes aren't compared, transaction by transaction.", zap.Error(err))
		}
		return err != nil
	}), nil
}

// retain forgets what is about to be published no more. It comes before: what commits from
// then on may be in the log in part.
func (h *handover) retain(ctx context.Context, tables []replication.Table) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	names := map[string]bool{}
	h.partitions = map[string][]audit.Partition{}
	for i := range tables {
		name := tables[i].String()
		names[name] = true
		for _, leaf := range tables[i].Leaves {
			h.partitions[name] = append(h.partitions[name], audit.Partition{OID: leaf.OID, Schema: leaf.Schema, Name: leaf.Name})
		}
	}
	maps.DeleteFunc(h.published, func(name string, _ uint64) bool { return !names[name] })
	return h.compare(ctx)
}

// note takes what is published now.
func (h *handover) note(ctx context.Context, publication string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.running == nil {
		h.published = nil
		return nil
	}
	found, err := replication.ReadPublication(ctx, h.catalog, publication)
	if err != nil || found == nil {
		return err
	}
	since := uint64(0)
	published := map[string]uint64{}
	for i := range found.Tables {
		name := found.Tables[i].String()
		known, there := h.published[name]
		if !there {
			if since == 0 {
				if since, err = h.transaction(ctx); err != nil {
					return err
				}
			}
			known = since
		}
		published[name] = known
	}
	h.published = published
	return h.compare(ctx)
}

// transaction is one that began, and ended, now. That a snapshot's xmax says less: those
// behind it may have begun long ago.
func (h *handover) transaction(ctx context.Context) (uint64, error) {
	var text string
	err := h.catalog.QueryRow(ctx, "SELECT pg_catalog.pg_current_xact_id()::text").Scan(&text)
	if err != nil {
		return 0, fmt.Errorf("begin to compare: %w", err)
	}
	return strconv.ParseUint(text, 10, 64)
}

// readSources takes the audit tables of the running migration that have triggers. h.mu is
// held.
func (h *handover) readSources() {
	h.sources = nil
	if h.running == nil {
		return
	}
	for i := range h.running.Sources {
		s := &source{}
		// What it can't read, the migration complains of.
		if err := json.Unmarshal(h.running.Sources[i].Definition, &s.Source); err != nil || len(s.Tables) == 0 {
			continue
		}
		h.sources = append(h.sources, s)
	}
}

// compare makes the shadow of what is known. h.mu is held.
func (h *handover) compare(ctx context.Context) error {
	made := &shadow{audits: map[string]*source{}, pairs: map[string][]pair{}}
	if h.running == nil {
		if now := h.shadow.Load(); now == nil || now.migration != "" {
			h.shadow.Store(made)
		}
		return nil
	}
	made.migration = h.running.ID
	var oids []uint32
	for _, found := range h.sources {
		s := found.with(h)
		made.audits[s.String()] = s
		for i := range s.Tables {
			oids = append(oids, s.Tables[i].OID)
		}
	}
	triggers, err := h.readTriggers(ctx, oids)
	if err != nil {
		return err
	}
	for _, s := range made.audits {
		for i := range s.Tables {
			made.add(s, &s.Tables[i], h, triggers)
		}
	}
	h.shadow.Store(made)
	return nil
}

// with returns a source that knows the partitions that there are now, to read its rows.
func (s *source) with(h *handover) *source {
	made := &source{Source: s.Source, known: map[string]bool{}}
	made.Tables = slices.Clone(s.Tables)
	for i := range made.Tables {
		t := &made.Tables[i]
		if now := h.partitions[t.String()]; len(now) > 0 {
			t.Partitions = now
		}
	}
	for _, t := range slices.Concat(made.Tables, made.Others) {
		made.known[t.String()] = true
	}
	if can, _ := made.Comparable(); can {
		// When it can't be read, the migration complains.
		made.reader, _ = audit.NewReader(&made.Source, h.name(), h.omit, h.mask)
	}
	return made
}

// add adds an audited table with its audit table, if both are published.
func (s *shadow) add(of *source, table *audit.Table, h *handover, triggers []trigger) {
	since, there := h.published[table.String()]
	sinceAudit, both := h.published[of.String()]
	moves := slices.ContainsFunc(h.running.Tables, func(t store.MigrationTable) bool { return t.Name == table.String() })
	if !there || !both || !moves || of.reader == nil {
		return
	}
	s.pairs[table.String()] = append(s.pairs[table.String()], pair{
		source: of, since: max(since, sinceAudit), certain: certain(of, table, triggers),
	})
}
