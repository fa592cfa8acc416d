package activityapi

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configauth"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
)

const testDSN = "postgres://activity@localhost:5432/app"

func TestConfigFromYAML(t *testing.T) {
	t.Parallel()
	file, err := confmaptest.LoadConf(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	postgres := component.MustNewID("embedded_postgres")
	for name, change := range map[string]func(*Config){
		"": func(c *Config) { c.DSN = testDSN },
		"open": func(c *Config) {
			c.DSN, c.HTTP.NetAddr.Endpoint, c.AllowAnonymousNetwork = testDSN, "0.0.0.0:8085", true
		},
		"all": func(c *Config) {
			c.HTTP.NetAddr.Endpoint = "0.0.0.0:9000"
			c.HTTP.Auth = authenticated("oidc")
			c.Postgres = &postgres
			c.MaxConnections = 8
			c.StatementTimeout = time.Second
			c.BasePath = "/activity"
			c.CursorKey = "shared"
			c.Cache = CacheConfig{MaxEntries: 10}
			c.Authorization = AuthorizationConfig{ProjectClaim: "claims.projects", AdminClaim: "membership", AdminValues: []string{"admins"}}
			c.Embedding = EmbeddingConfig{Key: "0123456789abcdef0123456789abcdef", MaxAge: 10 * time.Minute}
			c.MetricsEndpoint = "http://127.0.0.1:9999/metrics"
			c.UI = UIConfig{
				Title: "Shop", TraceURL: "https://jaeger.example.com/trace/{traceId}",
				ConnectSrc: []string{"https://api.example.com"}, FrameAncestors: []string{"https://app.example.com"},
			}
		},
	} {
		section, err := file.Sub(component.NewIDWithName(componentType, name).String())
		require.NoError(t, err)
		config := createDefaultConfig()
		require.NoError(t, section.Unmarshal(config))
		require.NoError(t, confmap.Validate(config))
		want := createDefaultConfig().(*Config)
		change(want)
		require.Equal(t, want, config)
	}
}

func authenticated(id string) configoptional.Optional[confighttp.AuthConfig] {
	return configoptional.Some(confighttp.AuthConfig{Config: configauth.Config{AuthenticatorID: component.MustNewID(id)}})
}

func TestConfigStruct(t *testing.T) {
	t.Parallel()
	require.NoError(t, componenttest.CheckConfigStruct(createDefaultConfig()))
}

func TestUnknownKeyIsNamed(t *testing.T) {
	t.Parallel()
	section := confmap.NewFromStringMap(map[string]any{"base": "/"})
	require.ErrorContains(t, section.Unmarshal(createDefaultConfig()), "base")
}

func TestValidateNamesKeyAndRemedy(t *testing.T) {
	t.Parallel()
	postgres := component.MustNewID("embedded_postgres")
	for _, c := range []struct {
		change func(*Config)
		want   string
	}{
		{func(c *Config) { c.DSN = "" }, "neither dsn nor postgres is set: set dsn"},
		{func(c *Config) { c.Postgres = &postgres }, "both dsn and postgres are set: remove one"},
		{func(c *Config) { c.DSN = "postgres://host:port/" }, "dsn is not a connection string of Postgres"},
		{func(c *Config) { c.MaxConnections = 1 }, "max_connections is 1: set it to 2 or more"},
		{func(c *Config) { c.StatementTimeout = 0 }, "statement_timeout is 0s: set it to more than 0"},
		{func(c *Config) { c.BasePath = "activity/" }, `base_path is "activity/": begin it with a slash`},
		{func(c *Config) { c.Cache.TTL = -1 }, "cache::ttl is -1ns: set it to 0"},
		{func(c *Config) { c.Cache.MaxEntries = 0 }, "cache::max_entries is 0: set it to 1 or more"},
		{func(c *Config) { c.Embedding.Key = "short" }, "embedding::key has 5 bytes: set it to 32 or more"},
		{func(c *Config) { c.Embedding.MaxAge = 0 }, "embedding::max_age is 0s: set it to more than 0"},
		{func(c *Config) { c.MetricsEndpoint = "localhost:8888" }, `metrics_endpoint is "localhost:8888": not a URL`},
		{func(c *Config) { c.HTTP.Auth = authenticated("oidc") }, "set authorization::project_claim"},
		{func(c *Config) {
			c.HTTP.Auth = authenticated("oidc")
			c.Authorization = AuthorizationConfig{AllProjects: true, ProjectClaim: "p"}
		}, "both project_claim and all_projects"},
		{func(c *Config) { c.Authorization.ProjectClaim = "p" }, "http::auth is not set: set http::auth::authenticator"},
		{func(c *Config) { c.Authorization.AdminValues = []string{"a"} }, "only one of admin_claim and admin_values"},
		{func(c *Config) { c.UI.TraceURL = "https://jaeger/trace" }, "set it to a URL with {traceId} in it"},
		{func(c *Config) { c.UI.ConnectSrc = []string{"*; script-src *"} }, "ui::connect_src has"},
		{func(c *Config) { c.UI.FrameAncestors = []string{"a b"} }, "ui::frame_ancestors has"},
	} {
		config := createDefaultConfig().(*Config)
		config.DSN = testDSN
		c.change(config)
		require.ErrorContains(t, confmap.Validate(config), c.want)
	}
}

func TestOnlyThisMachineWithoutAuthentication(t *testing.T) {
	t.Parallel()
	for endpoint, fine := range map[string]bool{
		"127.0.0.1:8085": true, "127.8.8.8:1": true, "[::1]:8085": true, "localhost:8085": true,
		"0.0.0.0:8085": false, ":8085": false, "[::]:8085": false, "10.0.0.1:8085": false, "example.com:8085": false, "": false,
	} {
		config := createDefaultConfig().(*Config)
		config.DSN, config.HTTP.NetAddr.Endpoint = testDSN, endpoint
		err := confmap.Validate(config)
		if fine {
			require.NoError(t, err, endpoint)
			continue
		}
		require.ErrorContains(t, err, "allow_anonymous_network", endpoint)
		config.AllowAnonymousNetwork = true
		if err := confmap.Validate(config); err != nil {
			require.NotContains(t, err.Error(), "allow_anonymous_network", endpoint)
		}
	}
}
