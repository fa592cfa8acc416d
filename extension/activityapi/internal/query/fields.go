package query

import (
	"slices"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/internal/store"
)

// fields are what each activity of a list has; nil is all but the documents.
type fields []api.ActivityField

func fieldsOf(asked []api.ActivityField) (fields, error) {
	for _, field := range asked {
		if _, err := word("fields", field, field); err != nil {
			return nil, err
		}
	}
	return asked, nil
}

// columns are those that the store has to read.
func (f fields) columns() []string {
	var columns []string
	for _, field := range f {
		columns = append(columns, snake(string(field)))
	}
	slices.Sort(columns)
	return slices.Compact(columns)
}

// activity translates a record of which only the columns of f were read: a word
// that wasn't read looks like the first of its enumeration.
func (f fields) activity(r *store.Record) api.Activity {
	a := activityOf(r)
	if f == nil {
		return a
	}
	if !slices.Contains(f, api.ActivityFieldSource) {
		a.Source = ""
	}
	if !slices.Contains(f, api.ActivityFieldStatus) {
		a.Status = ""
	}
	if !slices.Contains(f, api.ActivityFieldSeverity) {
		a.Severity = ""
	}
	return a
}

// defaultColumns are all but the documents, for what doesn't know of a default.
var defaultColumns = []string{
	"observed_at", "ingested_at", "source", "status", "severity", "severity_number", "action", "project_id",
	"entity_type", "entity_id", "entity_name", "actor_id", "actor_type", "actor_name", "on_behalf_of", "operation_id",
	"trace_id", "span_id", "duration", "service_name", "environment", "client_address", "details", "reason",
}
