package postgreswalreceiver

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-activity/otel-activity/internal/migration"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// MigrationConfig is about moving away from audit triggers.
type MigrationConfig struct {
	// Trail is the connection string of the trail's database, where a migration is kept;
	// default empty, which is no migration. With it, a table that has audit triggers when
	// it is first published stays with them until a migration cuts it over.
	Trail configopaque.String `mapstructure:"trail"`
	// DSN is how to reach the application's database as a role that owns the audited
	// tables; default: the receiver's dsn.
	DSN configopaque.String `mapstructure:"dsn"`
	// Hold has the patterns of tables, schema.table, that stay with their triggers although
	// none of a known kind is there; default none.
	Hold []string `mapstructure:"hold"`
	// RowsPerSecond bounds the reading of audit tables; default 0, which is no bound but
	// that of the migration itself.
	RowsPerSecond float64 `mapstructure:"rows_per_second"`
	// ChunkRows is how many audit rows are read and written together, at most; default 2000.
	// With a rate, a chunk is what comes in a twentieth of a second.
	ChunkRows int `mapstructure:"chunk_rows"`
	// LockTimeout is how long a table's hand-over may wait for its lock, while which those
	// that write to the table wait behind it; default 200ms.
	LockTimeout time.Duration `mapstructure:"lock_timeout"`
	// LockPause is the time between two attempts of that; default 1s.
	LockPause time.Duration `mapstructure:"lock_pause"`
	// MaxReplicationLag is how far standbys of the application's database may be behind
	// before reading waits; default 10s, 0 doesn't ask.
	MaxReplicationLag time.Duration `mapstructure:"max_replication_lag"`
	// MaxActiveSessions is how many sessions of the server may work before reading waits;
	// default 50, 0 doesn't ask.
	MaxActiveSessions int `mapstructure:"max_active_sessions"`
	// MaxReadTime is how long the slowest of the latest reads may take before reading waits;
	// default 1s, 0 doesn't ask.
	MaxReadTime time.Duration `mapstructure:"max_read_time"`
}

func defaultMigration() MigrationConfig {
	d := migration.DefaultConfig()
	return MigrationConfig{
		RowsPerSecond: d.RowsPerSecond, ChunkRows: d.ChunkRows, LockTimeout: d.LockTimeout, LockPause: d.LockPause,
		MaxReplicationLag: d.MaxReplicationLag, MaxActiveSessions: d.MaxActiveSessions, MaxReadTime: d.MaxReadTime,
	}
}

// pace is what the configuration says of a migration's speed.
func (c *MigrationConfig) pace() migration.Config {
	return migration.Config{
		RowsPerSecond: c.RowsPerSecond, ChunkRows: c.ChunkRows, LockTimeout: c.LockTimeout, LockPause: c.LockPause,
		MaxReplicationLag: c.MaxReplicationLag, MaxActiveSessions: c.MaxActiveSessions, MaxReadTime: c.MaxReadTime,
	}
}

// Validate says of each mistake which key to change, and how.
func (c *MigrationConfig) Validate() error {
	if c.Trail == "" {
		if c.DSN != "" || len(c.Hold) > 0 {
			return errors.New("trail is empty: set it to the connection string of the trail's database, or remove the migration")
		}
		return nil
	}
	var errs []error
	if err := store.CheckDSN(string(c.Trail)); err != nil {
		errs = append(errs, fmt.Errorf("trail: %w", err))
	}
	if c.DSN != "" {
		if err := store.CheckDSN(string(c.DSN)); err != nil {
			errs = append(errs, fmt.Errorf("dsn: %w", err))
		}
	}
	if _, err := c.hold(); err != nil {
		errs = append(errs, fmt.Errorf("hold: %w", err))
	}
	return errors.Join(append(errs, c.validatePace())...)
}

func (c *MigrationConfig) validatePace() error {
	d := migration.DefaultConfig()
	var errs []error
	if c.RowsPerSecond < 0 {
		errs = append(errs, fmt.Errorf("rows_per_second is %g: set it to 0 for no bound, or more", c.RowsPerSecond))
	}
	if c.ChunkRows < 1 {
		errs = append(errs, fmt.Errorf("chunk_rows is %d: set it to 1 or more, or remove it for the default of %d", c.ChunkRows, d.ChunkRows))
	}
	// Postgres counts milliseconds, and takes 0 for no limit.
	if c.LockTimeout < time.Millisecond {
		errs = append(errs, fmt.Errorf("lock_timeout is %s: set it to 1ms or more, or remove it for the default of %s", c.LockTimeout, d.LockTimeout))
	}
	if c.LockPause < 0 {
		errs = append(errs, fmt.Errorf("lock_pause is %s: set it to 0 for none, or remove it for the default of %s", c.LockPause, d.LockPause))
	}
	if c.MaxReplicationLag < 0 || c.MaxActiveSessions < 0 || c.MaxReadTime < 0 {
		errs = append(errs, errors.New("max_replication_lag, max_active_sessions or max_read_time is less than 0: set it to 0 to not ask, or remove it for its default"))
	}
	return errors.Join(errs...)
}

func (c *MigrationConfig) hold() (*replication.Filter, error) {
	return replication.NewFilter(c.Hold, nil)
}

// validateFences keeps the applications' messages apart from those of a migration.
func (c *Config) validateFences() error {
	if c.Migration.Trail == "" {
		return nil
	}
	var errs []error
	for key, prefix := range map[string]string{"context_prefix": c.ContextPrefix, "record_prefix": c.RecordPrefix} {
		if prefix == migration.FencePrefix {
			errs = append(errs, fmt.Errorf("%s is %q, which a migration uses: set it to another prefix", key, prefix))
		}
	}
	return errors.Join(errs...)
}
