package embeddedpostgres

import (
	"context"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
)

var componentType = component.MustNewType("embedded_postgres")

// NewFactory returns the factory of the embedded_postgres extension.
func NewFactory() extension.Factory {
	return extension.NewFactory(componentType, createDefaultConfig, create, component.StabilityLevelDevelopment)
}

func createDefaultConfig() component.Config {
	return &Config{
		DataDirectory: defaultDataDirectory,
		Port:          defaultPort,
		RunAs:         defaultRunAs,
		StartTimeout:  defaultStartTimeout,
		StopTimeout:   defaultStopTimeout,
	}
}

func create(_ context.Context, set extension.Settings, cfg component.Config) (extension.Extension, error) {
	return newPostgres(cfg.(*Config), set.Logger), nil
}
