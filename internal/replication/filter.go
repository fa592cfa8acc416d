package replication

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Filter chooses tables by name. The zero Filter matches none.
type Filter struct{ include, exclude []pattern }

// pattern is one of the form schema.table, with a * for any run of characters.
type pattern struct{ schema, table *regexp.Regexp }

// never are the schemas whose tables no filter matches: our own, so that writing
// activities makes none, and those of the server.
var never = []*regexp.Regexp{
	glob("activity"), glob("pg_catalog"), glob("information_schema"), glob("pg_toast*"), glob("pg_temp*"),
}

// NewFilter takes patterns of the form schema.table, in which * is any run of
// characters within its part. Names are compared as the catalog has them: case counts,
// quotes are no part of them. A table has to match one of include and none of exclude.
func NewFilter(include, exclude []string) (*Filter, error) {
	var f Filter
	var err error
	if f.include, err = patterns(include); err != nil {
		return nil, err
	}
	if f.exclude, err = patterns(exclude); err != nil {
		return nil, err
	}
	return &f, nil
}

func patterns(texts []string) ([]pattern, error) {
	var all []pattern
	for _, text := range texts {
		parts := strings.Split(text, ".")
		if len(parts) != 2 || parts[0] == "" || parts[1] == "" {
			return nil, fmt.Errorf("%q names no tables: write schema.table, such as public.orders, or public.* for all of a schema", text)
		}
		all = append(all, pattern{schema: glob(parts[0]), table: glob(parts[1])})
	}
	return all, nil
}

func glob(text string) *regexp.Regexp {
	quoted := strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, `.*`)
	return regexp.MustCompile(`(?s)\A` + quoted + `\z`)
}

// Match says whether a table is chosen. Tables of activity, pg_catalog,
// information_schema, pg_toast* and pg_temp* never are.
func (f *Filter) Match(schema, table string) bool {
	if slices.ContainsFunc(never, func(name *regexp.Regexp) bool { return name.MatchString(schema) }) {
		return false
	}
	matches := func(p pattern) bool { return p.schema.MatchString(schema) && p.table.MatchString(table) }
	return slices.ContainsFunc(f.include, matches) && !slices.ContainsFunc(f.exclude, matches)
}
