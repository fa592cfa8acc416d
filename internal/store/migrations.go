package store

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/model"
)

// What can be wrong with a command to a migration.
var (
	// ErrNoMigration says that there is no migration of an id.
	ErrNoMigration = errors.New("there is no such migration")
	// ErrMigrationChanged says that a migration is not in the state that a command was meant for.
	ErrMigrationChanged = errors.New("the migration has changed since; look at it again")
	// ErrMigrationRunning says that another migration of the same database has not ended.
	ErrMigrationRunning = errors.New("another migration has not ended; finish or abort it first")
)

// MigrationPhase is how far a migration is.
type MigrationPhase string

// The phases, in their order; aborted is out of it.
const (
	MigrationDiscovered  MigrationPhase = "discovered"
	MigrationPrepared    MigrationPhase = "prepared"
	MigrationBackfilling MigrationPhase = "backfilling"
	MigrationShadowing   MigrationPhase = "shadowing"
	MigrationFenced      MigrationPhase = "fenced"
	MigrationSweeping    MigrationPhase = "sweeping"
	MigrationVerified    MigrationPhase = "verified"
	MigrationComplete    MigrationPhase = "complete"
	MigrationAborted     MigrationPhase = "aborted"
)

// MigrationCommand is what somebody wants of a migration.
type MigrationCommand string

// The commands.
const (
	CommandPause    MigrationCommand = "pause"
	CommandResume   MigrationCommand = "resume"
	CommandCutover  MigrationCommand = "cutover"
	CommandAbort    MigrationCommand = "abort"
	CommandRollback MigrationCommand = "rollback"
	CommandFinish   MigrationCommand = "finish"
)

// Recorder is who records the changes of a table.
type Recorder string

// The recorders.
const (
	RecorderTriggers Recorder = "triggers"
	RecorderLog      Recorder = "log"
)

// MigrationSpec is what was asked for, as JSON in the database.
type MigrationSpec struct {
	// Tables and Exclude are patterns of audited tables, schema.table with *; no Tables is
	// all that have recognised audit triggers.
	Tables  []string `json:"tables,omitempty"`
	Exclude []string `json:"exclude,omitempty"`
	// Maps are import maps for audit tables of other shapes.
	Maps []MigrationMap `json:"maps,omitempty"`
	// RowsPerSecond bounds the backfill; 0 is no bound.
	RowsPerSecond float64 `json:"rows_per_second,omitempty"`
	// ShadowSeconds is how long both run side by side before the cut-over opens, at least.
	ShadowSeconds float64 `json:"shadow_seconds,omitempty"`
}

// MigrationMap says how an audit table of no known shape is read.
type MigrationMap struct {
	// Table is the audit table, schema.table.
	Table string `json:"table"`
	// Key is its column that grows, of an integer type; empty for its primary key.
	Key string `json:"key,omitempty"`
	// Map is the text of an import map; each line is a row as JSON.
	Map string `json:"map"`
	// Triggers are the triggers that fill it, schema.table.trigger; none when the
	// application does.
	Triggers []string `json:"triggers,omitempty"`
	// Restore is a statement that puts changes back, see docs/guide/migration.md; empty
	// when there is none.
	Restore string `json:"restore,omitempty"`
}

// Migration is one as it stands.
type Migration struct {
	ID, Name, Database string
	Revision           int64
	Phase              MigrationPhase
	Paused             bool
	// Wanted is the command that is being carried out; empty without.
	Wanted MigrationCommand
	// Note is what it waits for, for people; empty when it doesn't.
	Note   string
	Errors []string
	// Success is nil while it runs.
	Success              *bool
	StartedAt, UpdatedAt time.Time
	// These are zero when it wasn't yet.
	EndedAt, ShadowingAt, VerifiedAt, DropAt time.Time
	// Compared are the audit rows of the last comparison.
	Compared   int64
	DropTables bool
	Spec       MigrationSpec
	Sources    []MigrationSource
	Tables     []MigrationTable
}

// MigrationSource is an audit table in a migration.
type MigrationSource struct {
	Name                                         string // schema.table
	Phase                                        MigrationPhase
	RowsTotal, Bytes, RowsDone, Written, Skipped int64
	// Position and Swept are the greatest keys that were read and swept; nil before the first.
	Position, Swept *int64
	// FirstXID is a full transaction id: all before it had ended when reading began. 0 before.
	FirstXID    uint64
	Rate        float64 // rows a second
	Differences int64
	Error       string
	// Definition is internal/audit's Source.
	Definition json.RawMessage
}

// MigrationTable is an audited table in a migration.
type MigrationTable struct {
	Name, Source string // schema.table
	Recorder     Recorder
	// FencedAt is zero, and FenceLSN 0, before the log records it.
	FencedAt time.Time
	FenceLSN uint64
	LockTime time.Duration
	Attempts int
	// Compared are the changes that parity has looked at, Mismatches those that only one
	// side had.
	Compared, Mismatches int64
	Error                string
}

// Fence is where in the log a table changed hands.
type Fence struct {
	Table     string // schema.table
	LSN       uint64
	Recorder  Recorder
	Migration string // empty for one that was held when it was first published
}

// Difference kinds, and who found them.
const (
	// DifferenceMissingActivity is an audit row, or a change that the triggers wrote, that
	// the trail doesn't have.
	DifferenceMissingActivity = "missing_activity"
	// DifferenceMissingAuditRow is the reverse.
	DifferenceMissingAuditRow = "missing_audit_row"
	// DifferenceChanged is a row that both have, and not alike.
	DifferenceChanged = "changed"

	FoundByParity     = "parity"
	FoundByComparison = "comparison"
)

// JournalEntry is a change with whole rows.
type JournalEntry struct {
	Table       string // schema.table
	CommitLSN   uint64
	CommittedAt time.Time
	XID         uint32
	Ordinal     int64
	Operation   string // insert, update, delete, truncate
	// Old and New are JSON objects; nil without.
	Old, New []byte
}

// Difference is a row that old and new don't have alike.
type Difference struct {
	FoundAt, OccurredAt time.Time // OccurredAt is zero when it isn't known
	Source, Table       string
	Kind                string // missing_activity, missing_audit_row, changed
	FoundBy             string // parity, comparison
	SourceKey           *int64
	LSN                 uint64
	ActivityID          model.ID
	Detail              string
}

// Migrations is the state of migrations, in the trail's database. It is safe for
// concurrent use.
type Migrations struct{ pool *pgxpool.Pool }

// NewMigrations works on the trail of a pool. It doesn't connect.
func NewMigrations(pool *pgxpool.Pool) *Migrations { return &Migrations{pool: pool} }
