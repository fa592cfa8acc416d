package embeddedpostgres

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
)

func TestConfigFromYAML(t *testing.T) {
	t.Parallel()
	file, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)

	for name, want := range map[string]component.Config{
		"": createDefaultConfig(),
		"all": &Config{
			DataDirectory:     "/srv/activity",
			BinariesDirectory: "/opt/postgres/bin",
			RunAs:             "activity",
			Settings: map[string]any{
				"shared_buffers": "1GB", "max_connections": 50, "synchronous_commit": "off",
				"random_page_cost": 1.1, "listen_addresses": "",
			},
			StartTimeout: 10 * time.Minute,
			StopTimeout:  time.Minute,
		},
	} {
		section, err := file.Sub(component.NewIDWithName(componentType, name).String())
		require.NoError(t, err)
		config := createDefaultConfig()
		require.NoError(t, section.Unmarshal(config))
		require.NoError(t, confmap.Validate(config))
		require.Equal(t, want, config)
	}
}

func TestConfigStruct(t *testing.T) {
	t.Parallel()
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))
}

func TestUnknownKeyIsNamed(t *testing.T) {
	t.Parallel()
	section := confmap.NewFromStringMap(map[string]any{"data_dir": "/srv"})
	require.ErrorContains(t, section.Unmarshal(createDefaultConfig()), "data_dir")
}

func TestValidateNamesKeyAndRemedy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.DataDirectory = "" }, "data_directory is empty: set it to a folder for the database, or remove it for the default of /var/lib/otelcol-activity/postgres"},
		{func(c *Config) { c.DataDirectory = "a\nb" }, "data_directory has a line break in it: set it to a folder without one"},
		{func(c *Config) { c.Port = -1 }, "port is -1: set it to a port from 1 to 65535, to 0 for any free one, or remove it for the default of 54329"},
		{func(c *Config) { c.Port = 70_000 }, "port is 70000: set it to a port from 1 to 65535, to 0 for any free one, or remove it for the default of 54329"},
		{func(c *Config) { c.RunAs = "root" }, `run_as is "root": set it to a user other than root, or remove it for the default of postgres`},
		{func(c *Config) { c.StartTimeout = 0 }, "start_timeout is 0s: set it to more than 0, or remove it for the default of 5m0s"},
		{func(c *Config) { c.StopTimeout = -time.Second }, "stop_timeout is -1s: set it to more than 0, or remove it for the default of 30s"},
		{setting("work_mem", nil), `settings::work_mem has no value: give it one, or "" for the empty text`},
		{setting("work_mem", []any{1}), "settings::work_mem is a map or a list: write the value as one text"},
		{setting("work_mem", "1\nfsync=off"), "settings::work_mem has a line break in it: write the value on one line"},
		{setting("work mem", 1), "settings::work mem is no name of a Postgres setting: use letters, digits and underscores, as in shared_buffers"},
		{setting("PORT", 1), "settings::PORT can't be changed, the extension relies on it: set the extension's own key port"},
	} {
		config := createDefaultConfig().(*Config)
		c.change(config)
		require.EqualError(t, config.Validate(), c.want)
	}
}

func setting(name string, value any) func(*Config) {
	return func(c *Config) { c.Settings = map[string]any{name: value} }
}
