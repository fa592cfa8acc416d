package importer

import (
	"slices"
	"strings"
)

// Map says how the records of one kind of input become activities. It is made by
// LoadMap and never changes.
type Map struct {
	// Name is the map's name, part of the ids that are made from lines.
	Name string

	salt     string
	foldCase bool
	resource []namedExpr
	base     fields
	cases    []mapCase
}

// mapCase is what holds for the records that fulfil its conditions.
type mapCase struct {
	when   conditions
	fields fields
}

// fieldsOf returns the fields of the first case that fits.
func (m *Map) fieldsOf(r *record) *fields {
	for i := range m.cases {
		if m.cases[i].when.hold(r) {
			return &m.cases[i].fields
		}
	}
	return &m.base
}

// saltOf names the source: the map and what it was called with.
func saltOf(name string, parameters map[string]string) string {
	parts := []string{name}
	for key, value := range parameters {
		parts = append(parts, key+"="+value)
	}
	slices.Sort(parts[1:])
	return strings.Join(parts, "\x00")
}
