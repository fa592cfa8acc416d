package postgreswalreceiver

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	defaultName                = "otel_activity"
	defaultContextPrefix       = "activity.context"
	defaultRecordPrefix        = "activity.record"
	defaultAction              = "{table}.{operation}"
	defaultMaxRows             = 1000
	defaultMaxDelay            = 10 * time.Millisecond
	defaultAcknowledgeInterval = time.Second
	defaultMaxValueBytes       = 256 << 10
)

// OnLost says what to do when the slot is gone, and with it changes that nobody has read.
type OnLost string

// What to do.
const (
	// OnLostFail stops the receiver, which reports a permanent error.
	OnLostFail OnLost = "fail"
	// OnLostRecordGap records the gap as an activity, and goes on behind it with a new slot.
	OnLostRecordGap OnLost = "record_gap"
)

// UnchangedToast says what becomes of a large value that an UPDATE didn't change: Postgres
// doesn't send it.
type UnchangedToast string

// What becomes of it.
const (
	// UnchangedOmit leaves it out of the values after the change.
	UnchangedOmit UnchangedToast = "omit"
	// UnchangedPlaceholder puts the text "(unchanged)" in its place.
	UnchangedPlaceholder UnchangedToast = "placeholder"
)

// SnapshotNone is the only snapshot there is: rows from before the slot are no activities.
const SnapshotNone = "none"

// Config is the configuration of the postgres_wal receiver.
type Config struct {
	// DSN says how to reach the database whose changes are read: a URL
	// (postgres://user:password@host:5432/database?sslmode=verify-full) or a list of
	// key=value pairs. Several hosts are tried in turn. It must not lead to a connection
	// pooler: those don't speak replication.
	DSN configopaque.String `mapstructure:"dsn"`

	// Slot is the replication slot, which remembers how far the log was read.
	Slot SlotConfig `mapstructure:"slot"`

	// Publication says which tables are read.
	Publication PublicationConfig `mapstructure:"publication"`

	// ContextPrefix is the prefix of the messages that say who is writing; default
	// activity.context.
	ContextPrefix string `mapstructure:"context_prefix"`

	// RecordPrefix is the prefix of the messages that are activities themselves, which
	// commit with their transaction; default activity.record.
	RecordPrefix string `mapstructure:"record_prefix"`

	// Action names what was done; default {table}.{operation}. {schema} is there too.
	Action string `mapstructure:"action"`

	// Batch says how many rows go to the pipeline together.
	Batch BatchConfig `mapstructure:"batch"`

	// AcknowledgeInterval is the time between two reports to Postgres of what is safe;
	// default 1s. Postgres ends a connection that is silent for wal_sender_timeout.
	AcknowledgeInterval time.Duration `mapstructure:"acknowledge_interval"`

	// UnchangedToast is what becomes of a large value that an UPDATE didn't change and
	// that isn't in the old row either: omit (default) or placeholder.
	UnchangedToast UnchangedToast `mapstructure:"unchanged_toast"`

	// MaxValueBytes is the size past which a column's value is cut, and marked, in bytes;
	// default 262144. All values of a row together have 16 times as much.
	MaxValueBytes int `mapstructure:"max_value_bytes"`

	// Snapshot is what to do with rows from before the slot; default none, the only choice.
	Snapshot string `mapstructure:"snapshot"`

	// Storage is the id of a storage extension. There the receiver remembers its slot, so
	// that one that is gone is noticed after a restart too; default empty.
	Storage *component.ID `mapstructure:"storage"`

	// Migration is about moving away from audit triggers; default: nothing of it.
	Migration MigrationConfig `mapstructure:"migration"`
}

// SlotConfig is the replication slot.
type SlotConfig struct {
	// Name of the slot; default otel_activity.
	Name string `mapstructure:"name"`
	// Create makes the slot when it isn't there; default true.
	Create bool `mapstructure:"create"`
	// Failover lets a standby keep the slot; default false. It needs Postgres 17.
	Failover bool `mapstructure:"failover"`
	// OnLost is what to do when the slot is gone, or Postgres has removed the log behind
	// it: fail (default) or record_gap.
	OnLost OnLost `mapstructure:"on_lost"`
}

// PublicationConfig says which tables are read.
type PublicationConfig struct {
	// Name of the publication; default otel_activity.
	Name string `mapstructure:"name"`
	// Create makes the publication, and keeps its tables as Tables says; default true.
	Create bool `mapstructure:"create"`
	// Tables are those to read. What the publication has beyond them is dropped.
	Tables TablesConfig `mapstructure:"tables"`
	// Columns are those whose values are not for the trail.
	Columns ColumnsConfig `mapstructure:"columns"`
}

// TablesConfig chooses tables by patterns: schema.table, in which * stands for anything.
type TablesConfig struct {
	// Include has the patterns of the tables to read; default public.*.
	Include []string `mapstructure:"include"`
	// Exclude has the patterns of those among them not to read. The schema activity, and
	// what is Postgres' own, never is.
	Exclude []string `mapstructure:"exclude"`
}

// ColumnsConfig chooses columns by patterns: schema.table.column, in which * stands for
// anything.
type ColumnsConfig struct {
	// Omit has the patterns of the columns that are left out.
	Omit []string `mapstructure:"omit"`
	// Mask has the patterns of the columns of which only that they were changed is kept.
	Mask []string `mapstructure:"mask"`
}

// BatchConfig says how many rows go to the pipeline together.
type BatchConfig struct {
	// MaxRows is the most rows; default 1000.
	MaxRows int `mapstructure:"max_rows"`
	// MaxDelay is how long a row may wait for others while the pipeline is free; default
	// 10ms. While it is busy, rows gather anyway.
	MaxDelay time.Duration `mapstructure:"max_delay"`
}

func createDefaultConfig() component.Config {
	return &Config{
		Slot: SlotConfig{Name: defaultName, Create: true, OnLost: OnLostFail},
		Publication: PublicationConfig{
			Name: defaultName, Create: true,
			Tables: TablesConfig{Include: []string{"public.*"}},
		},
		ContextPrefix:       defaultContextPrefix,
		RecordPrefix:        defaultRecordPrefix,
		Action:              defaultAction,
		Batch:               BatchConfig{MaxRows: defaultMaxRows, MaxDelay: defaultMaxDelay},
		AcknowledgeInterval: defaultAcknowledgeInterval,
		UnchangedToast:      UnchangedOmit,
		MaxValueBytes:       defaultMaxValueBytes,
		Snapshot:            SnapshotNone,
		Migration:           defaultMigration(),
	}
}

// Validate says of each mistake which key to change, and how. Secrets stay out of its
// messages.
func (c *Config) Validate() error {
	return errors.Join(
		c.validateDSN(),
		c.validatePublication(),
		c.validateMessages(),
		c.validateSizes(),
		c.validateSnapshot(),
		c.validateFences(),
	)
}

func (c *Config) validateDSN() error {
	if c.DSN == "" {
		return errors.New("dsn is empty: set it to the connection string of the database whose changes are read, such as postgres://user:password@host:5432/database")
	}
	if err := store.CheckDSN(string(c.DSN)); err != nil {
		return fmt.Errorf("dsn: %w", err)
	}
	return nil
}

// slotNames are those that Postgres takes.
var slotNames = regexp.MustCompile(`^[a-z0-9_]{1,63}$`)

// Validate says of each mistake which key to change, and how.
func (c *SlotConfig) Validate() error {
	var errs []error
	if !slotNames.MatchString(c.Name) {
		errs = append(errs, fmt.Errorf("name is %q: a slot's name has lower-case letters, digits and underscores, 63 at most", c.Name))
	}
	if c.OnLost != OnLostFail && c.OnLost != OnLostRecordGap {
		errs = append(errs, fmt.Errorf("on_lost is %q: set it to %s or %s", c.OnLost, OnLostFail, OnLostRecordGap))
	}
	return errors.Join(errs...)
}

func (c *Config) validatePublication() error {
	if c.Publication.Name == "" {
		return fmt.Errorf("publication::name is empty: set it, or remove it for the default of %s", defaultName)
	}
	if _, err := c.Publication.tables(); err != nil {
		return fmt.Errorf("publication::tables: %w", err)
	}
	if _, _, err := c.Publication.columns(); err != nil {
		return fmt.Errorf("publication::columns: %w", err)
	}
	return nil
}

func (c *PublicationConfig) tables() (*replication.Filter, error) {
	return replication.NewFilter(c.Tables.Include, c.Tables.Exclude)
}

func (c *PublicationConfig) columns() (omit, mask *replication.Columns, err error) {
	if omit, err = replication.NewColumns(c.Columns.Omit); err != nil {
		return nil, nil, fmt.Errorf("omit: %w", err)
	}
	if mask, err = replication.NewColumns(c.Columns.Mask); err != nil {
		return nil, nil, fmt.Errorf("mask: %w", err)
	}
	return omit, mask, nil
}

func (c *Config) validateMessages() error {
	var errs []error
	if c.ContextPrefix == "" || c.ContextPrefix == c.RecordPrefix {
		errs = append(errs, fmt.Errorf("context_prefix is %q: set it to a prefix of its own, or remove it for the default of %s", c.ContextPrefix, defaultContextPrefix))
	}
	if c.RecordPrefix == "" {
		errs = append(errs, fmt.Errorf("record_prefix is empty: set it, or remove it for the default of %s", defaultRecordPrefix))
	}
	if !strings.Contains(c.Action, "{operation}") {
		errs = append(errs, fmt.Errorf("action is %q: it must have {operation} in it, and may have {schema} and {table}; the default is %s", c.Action, defaultAction))
	}
	return errors.Join(errs...)
}

func (c *Config) validateSizes() error {
	var errs []error
	if c.Batch.MaxRows < 1 {
		errs = append(errs, fmt.Errorf("batch::max_rows is %d: set it to 1 or more, or remove it for the default of %d", c.Batch.MaxRows, defaultMaxRows))
	}
	if c.Batch.MaxDelay < 0 {
		errs = append(errs, fmt.Errorf("batch::max_delay is %s: set it to 0 for none, or remove it for the default of %s", c.Batch.MaxDelay, defaultMaxDelay))
	}
	if c.AcknowledgeInterval <= 0 {
		errs = append(errs, fmt.Errorf("acknowledge_interval is %s: set it to more than 0 and less than wal_sender_timeout, or remove it for the default of %s", c.AcknowledgeInterval, defaultAcknowledgeInterval))
	}
	if c.MaxValueBytes < 1 {
		errs = append(errs, fmt.Errorf("max_value_bytes is %d: set it to 1 or more, or remove it for the default of %d", c.MaxValueBytes, defaultMaxValueBytes))
	}
	return errors.Join(errs...)
}

func (c *Config) validateSnapshot() error {
	var errs []error
	if c.UnchangedToast != UnchangedOmit && c.UnchangedToast != UnchangedPlaceholder {
		errs = append(errs, fmt.Errorf("unchanged_toast is %q: set it to %s or %s", c.UnchangedToast, UnchangedOmit, UnchangedPlaceholder))
	}
	if c.Snapshot != SnapshotNone {
		errs = append(errs, fmt.Errorf("snapshot is %q: set it to %s; rows from before the slot are no activities", c.Snapshot, SnapshotNone))
	}
	return errors.Join(errs...)
}
