package audit

import (
	"fmt"
	"strings"

	"github.com/otel-activity/otel-activity/internal/importer"
)

// mapped is the source that a map describes.
func (c *catalog) mapped(m *MapSpec) Source {
	schema, name, _ := strings.Cut(m.Table, ".")
	s := Source{Shape: Mapped, Schema: schema, Name: name, Key: m.Key, Map: m.Map, RestoreSQL: m.RestoreSQL}
	r := c.byName[m.Table]
	if r != nil {
		s.Schema, s.Name = r.Schema, r.Name
		if s.Key == "" && len(r.PrimaryKey) == 1 {
			s.Key = r.PrimaryKey[0]
		}
	}
	missing := c.mappedTables(&s, m.Triggers)
	s.Obstacles = append(c.obstacles(&s, r), missing...)
	if _, err := importer.LoadMap([]byte(m.Map), nil); err != nil {
		s.Obstacles = append(s.Obstacles, fmt.Sprintf("the import map of %s can't be read, correct it: %s", &s, strings.ReplaceAll(err.Error(), "\n", "; ")))
	}
	return s
}

// mappedTables finds the triggers of a mapped source; those that aren't there are obstacles.
func (c *catalog) mappedTables(s *Source, triggers []string) (obstacles []string) {
	wanted := map[string]bool{}
	for _, t := range triggers {
		wanted[t] = false
	}
	s.Tables = c.tables(func(t *triggerRow) bool {
		of := c.byOID[t.Relation]
		name := of.Schema + "." + of.Name + "." + t.Name
		_, is := wanted[name]
		wanted[name] = true
		return is
	})
	for _, t := range triggers {
		if !wanted[t] {
			obstacles = append(obstacles, fmt.Sprintf("there is no trigger %s: write schema.table.trigger, as the catalog has them", t))
		}
	}
	return obstacles
}
