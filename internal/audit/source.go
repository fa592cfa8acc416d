package audit

import (
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// Shape is a kind of audit table.
type Shape string

// The shapes. Mapped is any other, which an import map describes.
const (
	SupaAudit       Shape = "supa_audit"       // audit.record_version
	AuditTrigger    Shape = "audit_trigger"    // audit.logged_actions, with hstore
	PgMemento       Shape = "pgmemento"        // pgmemento.row_log and its two logs
	TableLog        Shape = "tablelog"         // a log table for each table
	DjangoAuditlog  Shape = "django_auditlog"  // auditlog_logentry, written by the application
	PaperTrail      Shape = "paper_trail"      // versions, written by the application
	LaravelActivity Shape = "laravel_activity" // activity_log of spatie, written by the application
	Mapped          Shape = "mapped"
)

// Source is an audit table as it was found. It is kept as JSON for as long as a migration.
type Source struct {
	Shape  Shape  `json:"shape"`
	Schema string `json:"schema"`
	Name   string `json:"name"`
	// Key is the column that grows from row to row, of an integer type.
	Key string `json:"key"`
	// Rows and Bytes are estimates of the catalog; -1 rows is not known.
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
	// Map is the text of the import map of a Mapped source.
	Map string `json:"map,omitempty"`
	// RestoreSQL puts changes back, for a Mapped source; empty when nothing can.
	RestoreSQL string `json:"restore_sql,omitempty"`
	// Tables are those whose triggers fill it; empty when the application does.
	Tables []Table `json:"tables,omitempty"`
	// Others are tables whose triggers fill it too, but which Options.Tables leaves out: the
	// source has rows of theirs.
	Others []Table `json:"others,omitempty"`
	// Obstacles are reasons why it can't be migrated, each with its remedy.
	Obstacles []string `json:"obstacles,omitempty"`
}

// String is schema.table.
func (s *Source) String() string { return s.Schema + "." + s.Name }

// Table is an audited table.
type Table struct {
	OID        uint32    `json:"oid"`
	Schema     string    `json:"schema"`
	Name       string    `json:"name"`
	PrimaryKey []string  `json:"primary_key,omitempty"`
	Triggers   []Trigger `json:"triggers"`
	// Key are the columns that the log tells its rows apart by: the primary key's, else the
	// replica identity's.
	Key []Column `json:"key,omitempty"`
	// Partitions are those of a partitioned table, which triggers name instead of it.
	Partitions []Partition `json:"partitions,omitempty"`
}

// Partition is one of a Table.
type Partition struct {
	OID    uint32 `json:"oid"`
	Schema string `json:"schema"`
	Name   string `json:"name"`
}

// String is schema.table.
func (t *Table) String() string { return t.Schema + "." + t.Name }

// Trigger is an audit trigger of a table.
type Trigger struct {
	Name string `json:"name"`
	// Enabled is pg_trigger.tgenabled: O, A, R, or D when it is disabled.
	Enabled string `json:"enabled"`
}

// MapSpec describes an audit table of no known shape.
type MapSpec struct {
	// Table is the audit table, schema.table.
	Table string
	// Key is its key column; empty for the primary key's only column.
	Key string
	// Map is the text of an import map, whose lines are rows as JSON.
	Map string
	// Triggers fill it, schema.table.trigger; none when the application does.
	Triggers []string
	// RestoreSQL puts changes back; empty when nothing can.
	RestoreSQL string
}

// Options of Discover.
type Options struct {
	// Tables chooses the audited tables; nil is all.
	Tables *replication.Filter
	Maps   []MapSpec
}

// Printing are the settings of a session that rows are read in: the same as those of the
// receiver's replication connection, so that a value is printed in one way on both roads.
var Printing = map[string]string{
	"datestyle":          "ISO",
	"intervalstyle":      "iso_8601",
	"timezone":           "UTC",
	"extra_float_digits": "3",
	"bytea_output":       "hex",
}

// Column is a column of an audit table, as a query or the log describes it.
type Column struct {
	Name string `json:"name"`
	Type uint32 `json:"type"` // OID
}

// Range says which rows to read.
type Range struct {
	// After and UpTo bound the key: After < key <= UpTo.
	After, UpTo int64
	// Limit is how many rows to read at most.
	Limit int
	// Since leaves out rows of transactions that had ended before this full transaction id
	// was the oldest that ran (pg_snapshot_xmin); 0 takes all.
	Since uint64
}

// Chunk is what one Read found.
type Chunk struct {
	// Logs has a record for each activity, all under one Resource and Scope.
	Logs plog.Logs
	// Keys are the keys of the rows that the records were made of, record by record.
	Keys []int64
	// Tables are the audited tables of the records, schema.table; empty where none is known.
	Tables []string
	// Rows is how many rows were read, Last the key of the last one; 0 rows is the end.
	Rows int
	Last int64
	// Problems are the rows that make no activity.
	Problems []Problem
}

// Problem is a row that makes no activity, and why.
type Problem struct {
	Key int64
	Err error
}

// Change is what an audit row and the log must agree on.
type Change struct {
	Table     string // schema.table
	Operation string // insert, update, delete, truncate
	// EntityID is the row's key, written as the receiver does; empty for truncate.
	EntityID string
}

// Known says which audit rows tell what a row was before a change that is put back.
type Known struct {
	// UpTo is the greatest key that was written before those changes ended; nil takes all
	// rows. What triggers have written since is of later changes.
	UpTo *int64
	// Transactions, by the xmin of their rows, have put changes back before. Behind has for each the
	// key of an audit row that these changes came right after.
	Transactions, Behind []int64
}

// Restoration is a change that the triggers missed.
type Restoration struct {
	Table       *Table
	CommittedAt time.Time
	XID         uint32
	Operation   string
	// Old and New are JSON objects of texts as Postgres prints them, with json and jsonb as
	// documents; nil without.
	Old, New []byte
}
