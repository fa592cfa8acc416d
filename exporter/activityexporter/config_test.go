package activityexporter

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/exporter/exporterhelper"
)

func load(t *testing.T, name string) (*Config, error) {
	t.Helper()
	all, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	require.True(t, all.IsSet(name), name)
	conf, err := all.Sub(name)
	require.NoError(t, err)
	cfg := createDefaultConfig().(*Config)
	return cfg, conf.Unmarshal(cfg)
}

func TestDefaultConfigLosesNothingOnceStorageIsNamed(t *testing.T) {
	t.Parallel()
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))

	cfg, err := load(t, "activity")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	queue := cfg.QueueConfig.Get()
	require.Equal(t, exporterhelper.RequestSizerTypeItems, queue.Sizer)
	require.EqualValues(t, 500_000, queue.QueueSize)
	require.True(t, queue.BlockOnOverflow)
	require.True(t, queue.Batch.HasValue())
	require.Zero(t, cfg.RetryConfig.MaxElapsedTime)

	require.Len(t, cfg.Risks(), 1, "the queue is in memory")
	storage := component.MustNewID("file_storage")
	queue.StorageID = &storage
	require.Empty(t, cfg.Risks())
}

func TestLoadConfig(t *testing.T) {
	t.Parallel()
	cfg, err := load(t, "activity/all")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	require.EqualValues(t, "host=localhost user=activity dbname=app", cfg.DSN)
	require.Nil(t, cfg.Postgres)
	require.False(t, cfg.CreateSchema)
	require.Equal(t, 3, cfg.MaxConnections)
	require.Equal(t, 30*time.Second, cfg.MaintenanceInterval)
	require.Equal(t, 2160*time.Hour, cfg.Retention)
	require.Equal(t, "shop", cfg.DefaultProject)
	require.Equal(t, "x-project-id", cfg.ProjectMetadataKey)
	require.Equal(t, 5*time.Second, cfg.Timeout)
	require.Equal(t, time.Second, cfg.RetryConfig.MaxInterval)

	require.Equal(t, SealConfig{SigningKeyFile: "seal.pem", Delay: 5 * time.Minute}, *cfg.Seal.Get())

	queue := cfg.QueueConfig.Get()
	require.Equal(t, "file_storage", queue.StorageID.String())
	require.EqualValues(t, 1_000, queue.QueueSize)
	require.Equal(t, 2, queue.NumConsumers)
	require.True(t, queue.BlockOnOverflow, "what the user doesn't set keeps its default")
	require.EqualValues(t, 10, queue.Batch.Get().MinSize)
	require.Equal(t, defaultFlushTimeout, queue.Batch.Get().FlushTimeout)

	cfg, err = load(t, "activity/embedded")
	require.NoError(t, err)
	require.NoError(t, confmap.Validate(cfg))
	require.Equal(t, "embedded_postgres", cfg.Postgres.String())
}

func TestConfigMistakesNameKeyAndRemedy(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"activity/nowhere":                       {"dsn is empty", "set it to", "or set postgres"},
		"activity/both":                          {"dsn and postgres are both set", "remove"},
		"activity/bad_dsn":                       {"dsn: not a connection string of Postgres", "write a URL"},
		"activity/negative_sizes":                {"max_connections is 0", "set it to 1 or more", "limits", "document is -1"},
		"activity/negative_times":                {"maintenance_interval is -1s", "timeout is -1s", "remove it for the default"},
		"activity/short_retention":               {"retention is 1h0m0s", "set it to 24h0m0s or more"},
		"activity/retention_without_maintenance": {"retention needs maintenance_interval"},
		"activity/seal_without_key":              {"set either signing_key_file or signing_key", "activityctl seal keygen"},
		"activity/seal_bad_key":                  {"signing_key: not an Ed25519 private key", "seal needs maintenance_interval"},
		"activity/negative_queue":                {"sending_queue", "`queue_size` must be positive"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := load(t, name)
			require.NoError(t, err)
			err = confmap.Validate(cfg)
			for _, part := range want {
				require.ErrorContains(t, err, part)
			}
			require.NotContains(t, err.Error(), "hunter2")
		})
	}

	_, err := load(t, "activity/unknown_key")
	require.ErrorContains(t, err, "sending_que is no key here: remove it, or correct it to one of create_schema, ")
	_, err = load(t, "activity/unknown_seal_key")
	require.ErrorContains(t, err, "key is no key here: remove it, or correct it to one of delay, signing_key, signing_key_file")
	_, err = load(t, "activity/unknown_limit")
	require.ErrorContains(t, err, "detail is no key here: remove it, or correct it to one of action, depth, details, ")
}

func TestRisksNameEachWay(t *testing.T) {
	t.Parallel()
	storage := component.MustNewID("file_storage")
	for name, test := range map[string]struct {
		change func(*Config, *exporterhelper.QueueBatchConfig)
		want   []string
	}{
		"safe":      {func(*Config, *exporterhelper.QueueBatchConfig) {}, nil},
		"in memory": {func(_ *Config, q *exporterhelper.QueueBatchConfig) { q.StorageID = nil }, []string{"in memory"}},
		"overflow":  {func(_ *Config, q *exporterhelper.QueueBatchConfig) { q.BlockOnOverflow = false }, []string{"block_on_overflow"}},
		"no retry":  {func(c *Config, _ *exporterhelper.QueueBatchConfig) { c.RetryConfig.Enabled = false }, []string{"retry_on_failure is off"}},
		"gives up":  {func(c *Config, _ *exporterhelper.QueueBatchConfig) { c.RetryConfig.MaxElapsedTime = time.Hour }, []string{"max_elapsed_time"}},
		"acks late": {func(_ *Config, q *exporterhelper.QueueBatchConfig) { q.StorageID, q.WaitForResult = nil, true }, nil},
		"everything": {func(c *Config, q *exporterhelper.QueueBatchConfig) {
			q.StorageID, q.BlockOnOverflow, c.RetryConfig.Enabled = nil, false, false
		}, []string{"block_on_overflow", "in memory", "retry_on_failure"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := createDefaultConfig().(*Config)
			cfg.QueueConfig.Get().StorageID = &storage
			test.change(cfg, cfg.QueueConfig.Get())
			list := cfg.Risks()
			require.Len(t, list, len(test.want))
			for i, f := range list {
				require.Contains(t, f.What, test.want[i])
				require.NotEmpty(t, f.Remedy)
			}
		})
	}

	cfg := createDefaultConfig().(*Config)
	cfg.QueueConfig = configoptional.None[exporterhelper.QueueBatchConfig]()
	require.Len(t, cfg.Risks(), 1)
	require.Contains(t, cfg.Risks()[0].What, "sending_queue is off")
}
