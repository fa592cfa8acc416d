package audit

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// Discover finds audit tables and the triggers that fill them, by schema and name. A table
// of a known shape that an Options.Maps names is a Mapped one.
func Discover(ctx context.Context, db replication.Querier, o Options) ([]Source, error) {
	c, err := readCatalog(ctx, db)
	if err != nil {
		return nil, err
	}
	var sources []Source
	for i := range o.Maps {
		sources = append(sources, c.mapped(&o.Maps[i]))
	}
	mapped := func(s *Source) bool {
		return slices.ContainsFunc(o.Maps, func(m MapSpec) bool { return m.Table == s.String() })
	}
	for _, s := range slices.Concat(c.known(), c.tableLogs()) {
		if !mapped(&s) {
			sources = append(sources, s)
		}
	}
	chosen := sources[:0]
	for _, s := range sources {
		if s.choose(o.Tables) {
			chosen = append(chosen, s)
		}
	}
	sources = chosen
	slices.SortFunc(sources, func(a, b Source) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name))
	})
	return sources, c.measure(ctx, db, sources)
}

// choose takes the tables that a filter leaves out from Tables; false when it leaves none.
func (s *Source) choose(filter *replication.Filter) bool {
	if filter == nil || len(s.Tables) == 0 {
		return true
	}
	var chosen []Table
	for i := range s.Tables {
		if t := &s.Tables[i]; filter.Match(t.Schema, t.Name) {
			chosen = append(chosen, *t)
		} else {
			s.Others = append(s.Others, *t)
		}
	}
	s.Tables = chosen
	return len(chosen) > 0
}

// known are the sources of known shapes.
func (c *catalog) known() []Source {
	var sources []Source
	for i := range c.relations {
		r := &c.relations[i]
		k := recognise(r)
		if k == nil || r.Root != 0 {
			continue
		}
		s := Source{Shape: k.shape, Schema: r.Schema, Name: r.Name, Key: k.key}
		if k.fills != nil {
			s.Tables = c.tables(func(t *triggerRow) bool { return t.FunctionSchema == r.Schema && k.fills(t) })
		}
		s.Obstacles = c.obstacles(&s, r)
		sources = append(sources, s)
	}
	return sources
}

// Arguments of tablelog's trigger function: the log table, whether the user is logged, the
// log table's schema and whether it is in two parts.
const (
	tableLogName = iota
	_
	tableLogSchema
	tableLogMode
)

const tableLogBasic = "table_log_basic"

// tableLogs are the log tables that triggers of tablelog name.
func (c *catalog) tableLogs() []Source {
	var sources []Source
	found := map[string]bool{}
	for i := range c.triggers {
		t := &c.triggers[i]
		name := c.tableLog(t)
		if name == "" || found[name] {
			continue
		}
		found[name] = true
		schema, table, _ := strings.Cut(name, "\x00")
		s := Source{Shape: TableLog, Schema: schema, Name: table, Key: columnTriggerID}
		s.Tables = c.tables(func(t *triggerRow) bool { return c.tableLog(t) == name })
		r := c.byName[s.String()]
		s.Obstacles = append(c.obstacles(&s, r), c.tableLogObstacles(&s, t, r)...)
		sources = append(sources, s)
	}
	return sources
}

// tableLog is the log table of a trigger, its schema and name with a NUL between; empty when
// it is none of tablelog's.
func (c *catalog) tableLog(t *triggerRow) string {
	of := c.byOID[t.Relation]
	if of == nil || (t.Function != "table_log" && t.Function != tableLogBasic) {
		return ""
	}
	schema, name := of.Schema, of.Name+"_log"
	args := t.arguments()
	if len(args) > tableLogName {
		name = args[tableLogName]
	}
	if len(args) > tableLogSchema {
		schema = args[tableLogSchema]
	}
	return schema + "\x00" + name
}
