package activityapi

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/extension"
)

var componentType = component.MustNewType("activity_api")

// NewFactory returns the factory of the activity_api extension.
func NewFactory() extension.Factory {
	return extension.NewFactory(componentType, createDefaultConfig, create, component.StabilityLevelDevelopment)
}

func createDefaultConfig() component.Config {
	server := confighttp.NewDefaultServerConfig()
	server.NetAddr.Endpoint = defaultEndpoint
	return &Config{
		HTTP:             server,
		MaxConnections:   defaultMaxConnections,
		StatementTimeout: defaultStatementTimeout,
		Cache:            CacheConfig{TTL: defaultCacheTTL, MaxEntries: defaultCacheMaxEntries},
		Embedding:        EmbeddingConfig{MaxAge: defaultMaxTokenAge},
		MetricsEndpoint:  defaultMetricsEndpoint,
		UI:               UIConfig{Enabled: true, Title: defaultTitle},
	}
}

func create(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
	return newServer(cfg.(*Config), set), nil
}
