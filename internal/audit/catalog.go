package audit

import (
	"context"
	"slices"
	"strings"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// relation is a row of relations.sql.
type relation struct {
	OID, Root    uint32
	Schema, Name string
	Kind         string
	Columns      []string
	Types        []uint32
	PrimaryKey   []string
	Key          []string
	KeyTypes     []uint32
	Leading      []string
	Readable     bool
}

const kindView = "v"

func (r *relation) has(columns ...string) bool {
	for _, name := range columns {
		if !slices.Contains(r.Columns, name) {
			return false
		}
	}
	return true
}

func (r *relation) typeOf(column string) uint32 {
	if i := slices.Index(r.Columns, column); i >= 0 {
		return r.Types[i]
	}
	return 0
}

// triggerRow is a row of triggers.sql.
type triggerRow struct {
	Relation       uint32
	Name, Enabled  string
	FunctionSchema string
	Function       string
	Args           []byte
}

// arguments are those that the trigger's function is called with: pg_trigger has each with
// a NUL behind it.
func (t *triggerRow) arguments() []string {
	if len(t.Args) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(t.Args), "\x00"), "\x00")
}

// size is a row of sizes.sql.
type size struct {
	OID         uint32
	Rows, Bytes int64
}

// catalog is what a database has of tables and triggers.
type catalog struct {
	relations []relation
	triggers  []triggerRow
	byOID     map[uint32]*relation
	byName    map[string]*relation
}

func readCatalog(ctx context.Context, db replication.Querier) (*catalog, error) {
	relations, err := ask[relation](ctx, db, "the tables", relationsSQL)
	if err != nil {
		return nil, err
	}
	triggers, err := ask[triggerRow](ctx, db, "the triggers", triggersSQL)
	if err != nil {
		return nil, err
	}
	c := &catalog{relations: relations, triggers: triggers, byOID: map[uint32]*relation{}, byName: map[string]*relation{}}
	for i := range relations {
		r := &relations[i]
		c.byOID[r.OID] = r
		c.byName[r.Schema+"."+r.Name] = r
	}
	return c, nil
}

// measure puts their sizes into sources.
func (c *catalog) measure(ctx context.Context, db replication.Querier, sources []Source) error {
	oids := []int64{}
	for i := range sources {
		if r := c.byName[sources[i].String()]; r != nil {
			oids = append(oids, int64(r.OID))
		}
	}
	sizes, err := ask[size](ctx, db, "the sizes of audit tables", sizesSQL, oids)
	if err != nil {
		return err
	}
	for i := range sources {
		sources[i].Rows = -1
		r := c.byName[sources[i].String()]
		for _, s := range sizes {
			if r != nil && r.OID == s.OID {
				sources[i].Rows, sources[i].Bytes = s.Rows, s.Bytes
			}
		}
	}
	return nil
}

// tables are those that have triggers of which one is true, with those triggers.
func (c *catalog) tables(is func(*triggerRow) bool) []Table {
	var tables []Table
	for i := range c.triggers {
		t := &c.triggers[i]
		of := c.byOID[t.Relation]
		if of == nil || !is(t) {
			continue
		}
		if last := len(tables) - 1; last < 0 || tables[last].OID != t.Relation {
			tables = append(tables, c.table(of))
		}
		last := &tables[len(tables)-1]
		last.Triggers = append(last.Triggers, Trigger{Name: t.Name, Enabled: t.Enabled})
	}
	slices.SortFunc(tables, func(a, b Table) int { return strings.Compare(a.String(), b.String()) })
	return tables
}

func (c *catalog) table(of *relation) Table {
	t := Table{OID: of.OID, Schema: of.Schema, Name: of.Name, PrimaryKey: of.PrimaryKey}
	for i, name := range of.Key {
		t.Key = append(t.Key, Column{Name: name, Type: of.KeyTypes[i]})
	}
	for i := range c.relations {
		if r := &c.relations[i]; r.Root == of.OID {
			t.Partitions = append(t.Partitions, Partition{OID: r.OID, Schema: r.Schema, Name: r.Name})
		}
	}
	return t
}
