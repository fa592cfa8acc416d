package migration

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// discover finds what there is to migrate. It looks again until nothing is in the way.
func (r *Runner) discover(ctx context.Context, m *store.Migration) (more bool, err error) {
	options, err := discovery(&m.Spec)
	if err != nil {
		return false, r.stuck(ctx, m, []string{err.Error()})
	}
	found, err := audit.Discover(ctx, r.Application, *options)
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

// discovery turns what was asked for into what to look for.
func discovery(spec *store.MigrationSpec) (*audit.Options, error) {
	include := spec.Tables
	if len(include) == 0 {
		include = []string{"*.*"}
	}
	filter, err := replication.NewFilter(include, spec.Exclude)
	if err != nil {
		return nil, fmt.Errorf("the tables to migrate: %w", err)
	}
	options := &audit.Options{Tables: filter}
	for i := range spec.Maps {
		s := &spec.Maps[i]
		options.Maps = append(options.Maps, audit.MapSpec{Table: s.Table, Key: s.Key, Map: s.Map, Triggers: s.Triggers, RestoreSQL: s.Restore})
	}
	return options, nil
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
