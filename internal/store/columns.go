package store

import (
	"slices"
	"strings"
)

// copyColumns are the columns of activity.activity that the writer fills, in the
// order in which appendRow encodes them: by how the content's hash takes them, see
// package seal. ingested_at is the database's clock.
var copyColumns = slices.Concat(fixedColumns, identityColumns, textColumns, documentColumns, sealColumns)

var (
	fixedColumns = []string{
		"occurred_at", "observed_at", "resource_id", "duration", "severity_number",
		"id", "trace_id", "span_id",
		"source", "status", "severity", "action", "project_id",
		"entity_type", "entity_id", "actor_type", "operation_id", "service_name", "environment",
	}
	identityColumns = []string{"actor_id", "actor_name", "on_behalf_of", "client_address"}
	textColumns     = []string{"entity_name", "details", "reason"}
	documentColumns = []string{"metadata", "changes", "attributes"}
	sealColumns     = []string{"salt", "content_hash"}
)

// copyRows starts the transaction too, which saves a round trip. The level is
// named because the role's default may be another: the answer to a conflict
// needs to see what others have committed.
var copyStatement = "BEGIN ISOLATION LEVEL READ COMMITTED; COPY activity.activity (" +
	strings.Join(copyColumns, ", ") + ") FROM STDIN (FORMAT binary)"
