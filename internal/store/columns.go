package store

import "strings"

// copyColumns are the columns of activity.activity that the writer fills, in the
// order in which appendRow encodes them. ingested_at is the database's clock.
var copyColumns = []string{
	"occurred_at", "observed_at", "resource_id", "duration", "severity_number",
	"id", "trace_id", "span_id",
	"source", "status", "severity", "action", "project_id",
	"entity_type", "entity_id", "entity_name",
	"actor_id", "actor_type", "actor_name", "on_behalf_of", "operation_id",
	"service_name", "environment", "client_address", "details", "reason",
	"metadata", "changes", "attributes",
}

// copyRows starts the transaction too, which saves a round trip. The level is
// named because the role's default may be another: the answer to a conflict
// needs to see what others have committed.
var copyStatement = "BEGIN ISOLATION LEVEL READ COMMITTED; COPY activity.activity (" +
	strings.Join(copyColumns, ", ") + ") FROM STDIN (FORMAT binary)"
