package postgreswalreceiver

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// fencePrefix is the prefix of the messages of a migration that say who records a table.
const fencePrefix = "activity.migration"

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
		if prefix == fencePrefix {
			errs = append(errs, fmt.Errorf("%s is %q, which a migration uses: set it to another prefix", key, prefix))
		}
	}
	return errors.Join(errs...)
}
