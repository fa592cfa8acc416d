package migration

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// discover finds what there is to migrate. It looks again until nothing is in the way.
func (r *Runner) discover(ctx context.Context, m *store.Migration) (more bool, err error) {
	found, err := Discover(ctx, r.Application, &m.Spec)
	if patterns, ok := errors.AsType[*patternError](err); ok {
		return false, r.stuck(ctx, m, []string{patterns.Error()})
	}
	if err != nil {
		return false, err
	}
	if problems := obstacles(found); len(problems) > 0 {
		return false, r.stuck(ctx, m, problems)
	}
	sources, tables, err := states(found)
	if err != nil {
		return false, err
	}
	if err := r.state.SaveDiscovered(ctx, m.ID, sources, tables); err != nil {
		return false, err
	}
	return r.advance(ctx, m, store.MigrationPrepared)
}

// patternError is for patterns that choose no tables.
type patternError struct{ err error }

func (e *patternError) Error() string { return "the tables to migrate: " + e.err.Error() }
func (e *patternError) Unwrap() error { return e.err }

// Discover finds the audit tables that are asked for: those of the audited tables, and,
// unless these were named, those that applications write. What is to be left out can be
// either.
func Discover(ctx context.Context, db replication.Querier, spec *store.MigrationSpec) ([]audit.Source, error) {
	audited, err1 := auditedFilter(spec)
	sources, err2 := replication.NewFilter([]string{"*.*"}, spec.Exclude)
	if err := errors.Join(err1, err2); err != nil {
		return nil, &patternError{err}
	}
	options := audit.Options{Tables: audited}
	for i := range spec.Maps {
		m := &spec.Maps[i]
		options.Maps = append(options.Maps, audit.MapSpec{Table: m.Table, Key: m.Key, Map: m.Map, Triggers: m.Triggers, RestoreSQL: m.Restore})
	}
	found, err := audit.Discover(ctx, db, options)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(s audit.Source) bool {
		asked := len(s.Tables) > 0 || len(spec.Tables) == 0 || audited.Match(s.Schema, s.Name) || s.Shape == audit.Mapped
		return !asked || !sources.Match(s.Schema, s.Name)
	}), nil
}

// auditedFilter chooses the audited tables.
func auditedFilter(spec *store.MigrationSpec) (*replication.Filter, error) {
	include := spec.Tables
	if len(include) == 0 {
		include = []string{"*.*"}
	}
	return replication.NewFilter(include, spec.Exclude)
}

func obstacles(found []audit.Source) (problems []string) {
	for i := range found {
		for _, obstacle := range found[i].Obstacles {
			problems = append(problems, found[i].String()+": "+obstacle)
		}
	}
	if len(found) == 0 {
		problems = append(problems, "no audit table was found: name it with an import map (activityctl migration plan --help)")
	}
	return problems
}

// states are what is kept of what was found.
func states(found []audit.Source) (sources []store.MigrationSource, tables []store.MigrationTable, err error) {
	for i := range found {
		s := &found[i]
		definition, err := json.Marshal(s)
		if err != nil {
			return nil, nil, fmt.Errorf("write down the audit table %s: %w", s, err)
		}
		sources = append(sources, store.MigrationSource{Name: s.String(), RowsTotal: max(s.Rows, 0), Bytes: s.Bytes, Definition: definition})
		for j := range s.Tables {
			tables = append(tables, store.MigrationTable{Name: s.Tables[j].String(), Source: s.String()})
		}
	}
	return sources, tables, nil
}

// definition is an audit table as it was found.
func definition(s *store.MigrationSource) (*audit.Source, error) {
	var found audit.Source
	if err := json.Unmarshal(s.Definition, &found); err != nil {
		return nil, fmt.Errorf("read what is known of the audit table %s: %w", s.Name, err)
	}
	return &found, nil
}

// audited is a table of a migration, and what fills which audit table of it.
type audited struct {
	source *audit.Source
	table  *audit.Table
	state  *store.MigrationTable
}

// auditedTables are those of a migration.
func auditedTables(m *store.Migration) ([]audited, error) {
	states := map[string]*store.MigrationTable{}
	for i := range m.Tables {
		states[m.Tables[i].Name] = &m.Tables[i]
	}
	var all []audited
	for i := range m.Sources {
		source, err := definition(&m.Sources[i])
		if err != nil {
			return nil, err
		}
		for j := range source.Tables {
			if state := states[source.Tables[j].String()]; state != nil {
				all = append(all, audited{source, &source.Tables[j], state})
			}
		}
	}
	return all, nil
}
