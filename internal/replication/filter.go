package replication

import (
	"fmt"
	"slices"
)

// Filter chooses tables by name. The zero Filter matches none.
type Filter struct{ include, exclude []pattern }

// never are the schemas whose tables no filter matches: our own, so that writing
// activities makes none, and those of the server.
var never = []pattern{
	{glob("activity")}, {glob("activity_migration")}, {glob("pg_catalog")}, {glob("information_schema")}, {glob("pg_toast*")}, {glob("pg_temp*")},
}

// NewFilter takes patterns of the form schema.table, in which * is any run of
// characters within its part. Names are compared as the catalog has them: case counts,
// quotes are no part of them. A table has to match one of include and none of exclude.
func NewFilter(include, exclude []string) (*Filter, error) {
	var f Filter
	var err error
	if f.include, err = tablePatterns(include); err != nil {
		return nil, err
	}
	if f.exclude, err = tablePatterns(exclude); err != nil {
		return nil, err
	}
	return &f, nil
}

func tablePatterns(texts []string) ([]pattern, error) {
	return patterns(texts, 2, func(text string) error {
		return fmt.Errorf("%q names no tables: write schema.table, such as public.orders, or public.* for all of a schema", text)
	})
}

// Match says whether a table is chosen. Tables of activity, activity_migration, pg_catalog,
// information_schema, pg_toast* and pg_temp* never are.
func (f *Filter) Match(schema, table string) bool {
	if anyMatches(never, schema) {
		return false
	}
	return anyMatches(f.include, schema, table) && !anyMatches(f.exclude, schema, table)
}

// Columns chooses columns by name. The zero Columns matches none.
type Columns struct{ all []pattern }

// NewColumns takes patterns of the form schema.table.column, as NewFilter does.
func NewColumns(texts []string) (*Columns, error) {
	all, err := patterns(texts, 3, func(text string) error {
		return fmt.Errorf("%q names no columns: write schema.table.column, such as public.users.password, or *.*.password for those of all tables", text)
	})
	return &Columns{all}, err
}

// Empty says that it chooses no column whatever.
func (c *Columns) Empty() bool { return len(c.all) == 0 }

// Match says whether a column is chosen.
func (c *Columns) Match(schema, table, column string) bool {
	return anyMatches(c.all, schema, table, column)
}

func anyMatches(all []pattern, names ...string) bool {
	return slices.ContainsFunc(all, func(p pattern) bool { return p.matches(names) })
}
