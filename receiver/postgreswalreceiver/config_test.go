package postgreswalreceiver

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"
)

func readConfig(t *testing.T, id string) (*Config, error) {
	t.Helper()
	all, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	section, err := all.Sub(id)
	require.NoError(t, err)
	config := createDefaultConfig()
	if err := section.Unmarshal(config); err != nil {
		return nil, err
	}
	return config.(*Config), confmap.Validate(config)
}

func TestConfig(t *testing.T) {
	t.Parallel()
	least, err := readConfig(t, "postgres_wal")
	require.NoError(t, err)
	wanted := createDefaultConfig().(*Config)
	wanted.DSN = "postgres://localhost/app"
	require.Equal(t, wanted, least)

	all, err := readConfig(t, "postgres_wal/all")
	require.NoError(t, err)
	storage := component.MustNewID("file_storage")
	require.Equal(t, &Config{
		DSN:  "host=localhost user=app dbname=app",
		Slot: SlotConfig{Name: "trail", Failover: true, OnLost: OnLostRecordGap},
		Publication: PublicationConfig{
			Name:    "trail",
			Tables:  TablesConfig{Include: []string{"public.*", "shop.*"}, Exclude: []string{"public.log*"}},
			Columns: ColumnsConfig{Omit: []string{"*.*.password"}, Mask: []string{"public.users.ssn"}},
		},
		ContextPrefix: "who", RecordPrefix: "what", Action: "{schema}.{table}.{operation}",
		Batch:               BatchConfig{MaxRows: 10, MaxDelay: time.Second},
		AcknowledgeInterval: 5 * time.Second, UnchangedToast: UnchangedPlaceholder, MaxValueBytes: 100,
		Snapshot: SnapshotNone, Storage: &storage,
		Migration: MigrationConfig{
			Trail: "host=localhost user=trail dbname=trail", DSN: "host=localhost user=owner dbname=app", Hold: []string{"shop.*"},
			RowsPerSecond: 5000, ChunkRows: 500, LockTimeout: 100 * time.Millisecond, LockPause: 2 * time.Second,
			MaxReplicationLag: 5 * time.Second, MaxActiveSessions: 20, MaxReadTime: 500 * time.Millisecond,
		},
	}, all)
}

func TestMistakesInTheConfig(t *testing.T) {
	t.Parallel()
	for id, part := range map[string]string{
		"nowhere":      "dsn is empty",
		"bad_dsn":      "not a connection string",
		"bad_slot":     "lower-case letters",
		"bad_lost":     "fail or record_gap",
		"bad_table":    "schema.table",
		"bad_column":   "schema.table.column",
		"bad_action":   "{operation}",
		"bad_prefix":   "context_prefix",
		"bad_sizes":    "max_rows",
		"bad_toast":    "omit or placeholder",
		"bad_snapshot": "none",
		"no_trail":     "trail is empty",
		"bad_trail":    "migration: trail: not a connection string",
		"bad_hold":     "hold: \"orders\" names no tables",
		"bad_fence":    "which a migration uses",
		"bad_pace":     "lock_timeout is 0s",
		"unknown_key":  "slots",
	} {
		_, err := readConfig(t, "postgres_wal/"+id)
		require.ErrorContains(t, err, part, id)
		require.NotContains(t, err.Error(), "hunter2", id)
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	config := createDefaultConfig().(*Config)
	config.DSN = "host=/nowhere dbname=app"
	config.Migration.Trail = "host=/nowhere dbname=trail"
	factory := NewFactory()
	r, err := factory.CreateLogs(t.Context(), receivertest.NewNopSettings(factory.Type()), config, consumertest.NewNop())
	require.NoError(t, err)
	require.NoError(t, r.Shutdown(t.Context()), "before it was started")
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()), "Postgres may be away")
	require.NoError(t, r.Shutdown(t.Context()))
	require.NoError(t, r.Shutdown(t.Context()))
	require.True(t, strings.HasPrefix(factory.Type().String(), "postgres_wal"))
}
