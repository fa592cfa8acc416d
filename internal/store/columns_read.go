package store

import (
	"slices"
	"strings"

	"github.com/otel-activity/otel-activity/sql"
)

// projection is the list of columns that a statement reads.
type projection string

var (
	recordColumns = strings.Split(strings.TrimSpace(sql.ActivityColumns), ",")

	allColumns       = projection(strings.TrimSpace(sql.ActivityColumns) + ",\n    a.metadata,\n    a.changes,\n    a.attributes")
	withoutDocuments = projection(strings.TrimSpace(sql.ActivityColumns) + ",\n    NULL::jsonb,\n    NULL::jsonb,\n    NULL::jsonb")
)

// absent are what stands for columns that nobody asked for, by name; for all
// others it is NULL, as text.
var absent = map[string]string{
	"observed_at": "NULL::timestamptz", "ingested_at": "'epoch'::timestamptz", "resource_id": "0::bigint",
	"duration": "NULL::double precision", "severity_number": "0::smallint", "trace_id": "NULL::bytea", "span_id": "NULL::bytea",
	"source": "''", "status": "''", "severity": "''", "action": "''", "project_id": "''",
	"metadata": "NULL::jsonb", "changes": "NULL::jsonb", "attributes": "NULL::jsonb",
}

// project reads the columns of fields, and the key, which every record has. What
// is left out isn't read from the table at all: documents can be large.
func project(fields []string) projection {
	columns := make([]string, 0, len(recordColumns)+3)
	for _, column := range slices.Concat(recordColumns, []string{"a.metadata", "a.changes", "a.attributes"}) {
		name := strings.TrimPrefix(strings.TrimSpace(column), "a.")
		if name == "id" || name == "occurred_at" || slices.Contains(fields, name) {
			columns = append(columns, "a."+name)
			continue
		}
		none, ok := absent[name]
		if !ok {
			none = "NULL::text"
		}
		columns = append(columns, none)
	}
	return projection(strings.Join(columns, ",\n    "))
}

// compose fills the marks of a statement.
func compose(statement string, columns projection, filter string) string {
	return strings.NewReplacer(
		"/* columns */", strings.TrimSpace(string(columns)),
		"/* counts */", strings.TrimSpace(sql.Counts),
		"/* filter */", filter,
	).Replace(statement)
}
