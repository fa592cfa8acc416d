package activityexporter

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/config/configretry"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	defaultMaxConnections      = 4
	defaultMaintenanceInterval = time.Minute
	defaultTimeout             = 30 * time.Second

	leastRetention = 24 * time.Hour

	defaultQueueSize = 500_000
	// Two writers already keep a small machine busy, and each batch that is being
	// written costs some 20 MB.
	defaultConsumers    = 2
	defaultFlushTimeout = 200 * time.Millisecond
	// A batch of this size already writes as fast as any larger one.
	defaultMinBatchSize = 8_192
	// Twice the smallest batch, so that requests of the usual size are merged
	// and hardly ever split.
	defaultMaxBatchSize = 2 * defaultMinBatchSize

	defaultRetryInitialInterval = 500 * time.Millisecond
	defaultRetryMaxInterval     = 5 * time.Second
)

// Config is the configuration of the activity exporter.
type Config struct {
	// DSN says how to reach Postgres: a URL (postgres://user:password@host:5432/database)
	// or a list of key=value pairs. Either it or Postgres must be set.
	DSN configopaque.String `mapstructure:"dsn"`

	// Postgres is the id of an extension that runs a Postgres, such as
	// embedded_postgres. Either it or DSN must be set.
	Postgres *component.ID `mapstructure:"postgres"`

	// CreateSchema makes the exporter create and upgrade the schema "activity"
	// before its first write; default true. Turn it off when the exporter's role
	// may only insert, and run `activityctl schema up` as the owner.
	CreateSchema bool `mapstructure:"create_schema"`

	// MaxConnections is the most connections to Postgres that are open at a
	// time; default 4. Each consumer of the queue uses one while it writes, the
	// maintenance another one.
	MaxConnections int `mapstructure:"max_connections"`

	// MaintenanceInterval is the time between two runs of the maintenance, which
	// makes partitions ahead of need, adds up counts, and does what else is due;
	// default 1m. Of several collectors one at a time does it. 0 turns it off: then
	// another collector, activityctl maintain or pg_cron has to do it.
	MaintenanceInterval time.Duration `mapstructure:"maintenance_interval"`

	// Retention is how long activities of projects without a class of their own are
	// kept, such as 2160h; default 0, which leaves it to activity.retention_class in
	// the database (for ever, until somebody changes it). The maintenance writes it
	// there, for which its role has to own the schema.
	Retention time.Duration `mapstructure:"retention"`

	// DefaultProject is the project of records that name none, neither
	// themselves nor on their Resource; default empty.
	DefaultProject string `mapstructure:"default_project"`

	// ProjectMetadataKey is the key of the client's metadata (an HTTP header, a
	// gRPC metadata key) whose value is the project of records that name none;
	// default empty, which is not to look. It goes before DefaultProject. The
	// receiver must be told to keep it: include_metadata: true.
	ProjectMetadataKey string `mapstructure:"project_metadata_key"`

	// Seal makes tampering with the trail evident; default off.
	Seal configoptional.Optional[SealConfig] `mapstructure:"seal"`

	// Limits are the sizes past which a value is cut and marked.
	Limits LimitsConfig `mapstructure:"limits"`

	// Timeout bounds one attempt to write one batch; default 30s.
	Timeout time.Duration `mapstructure:"timeout"`

	// QueueConfig holds records until they are written; see exporterhelper for
	// its fields. The default loses nothing while the process lives; name a
	// storage extension in `storage` so that nothing is lost when it dies.
	QueueConfig configoptional.Optional[exporterhelper.QueueBatchConfig] `mapstructure:"sending_queue"`

	// RetryConfig tries a write again; see exporterhelper for its fields. By
	// default it never gives up.
	RetryConfig configretry.BackOffConfig `mapstructure:"retry_on_failure"`
}

// Validate says of each mistake which key to change, and how. Secrets stay out
// of its messages.
func (c *Config) Validate() error {
	return errors.Join(
		c.validatePostgres(),
		c.validateConnections(),
		c.validateMaintenance(),
		c.validateSeal(),
		c.validateTimeout(),
	)
}

func (c *Config) validatePostgres() error {
	switch {
	case c.DSN == "" && c.Postgres == nil:
		return errors.New("dsn is empty: set it to the connection string of your Postgres, such as postgres://user:password@host:5432/database, or set postgres to the id of an embedded_postgres extension")
	case c.DSN != "" && c.Postgres != nil:
		return errors.New("dsn and postgres are both set: remove dsn to use the Postgres of the extension, or remove postgres to use your own")
	case c.DSN != "":
		if err := store.CheckDSN(string(c.DSN)); err != nil {
			return fmt.Errorf("dsn: %w", err)
		}
	}
	return nil
}

func (c *Config) validateConnections() error {
	if c.MaxConnections < 1 {
		return fmt.Errorf("max_connections is %d: set it to 1 or more, or remove it for the default of %d", c.MaxConnections, defaultMaxConnections)
	}
	return nil
}

func (c *Config) validateMaintenance() error {
	if c.MaintenanceInterval < 0 {
		return fmt.Errorf("maintenance_interval is %s: set it to 0 to leave maintenance to another collector, or remove it for the default of %s", c.MaintenanceInterval, defaultMaintenanceInterval)
	}
	return c.validateRetention()
}

func (c *Config) validateRetention() error {
	switch {
	case c.Retention != 0 && c.Retention < leastRetention:
		return fmt.Errorf("retention is %s: set it to %s or more, such as 2160h, or remove it to leave it to the database", c.Retention, leastRetention)
	case c.Retention != 0 && c.MaintenanceInterval == 0:
		return errors.New("retention needs maintenance_interval: the maintenance removes what has expired")
	}
	return nil
}

func (c *Config) validateTimeout() error {
	if c.Timeout < 0 {
		return fmt.Errorf("timeout is %s: set it to 0 for none, or remove it for the default of %s", c.Timeout, defaultTimeout)
	}
	return nil
}
