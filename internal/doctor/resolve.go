package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/envprovider"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// resolve merges the files and fills in every ${…}, as the Collector does, and
// names the environment variables that are not set here.
func resolve(ctx context.Context, uris []string) (conf *confmap.Conf, unset []string, err error) {
	variables := &variableCore{}
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs: uris,
		ProviderFactories: []confmap.ProviderFactory{
			fileprovider.NewFactory(), envprovider.NewFactory(), yamlprovider.NewFactory(),
		},
		ProviderSettings: confmap.ProviderSettings{Logger: zap.New(variables)},
		DefaultScheme:    "env", // ${NAME} is ${env:NAME}
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the configuration: %w", err)
	}
	conf, err = resolver.Resolve(ctx)
	if err = errors.Join(err, resolver.Shutdown(ctx)); err != nil {
		return nil, nil, fmt.Errorf("read the configuration: %w", err)
	}
	return conf, variables.unset, nil
}

var _ zapcore.Core = (*variableCore)(nil)

// variableCore is a log that keeps the names of the variables which the provider
// of the environment warns of: it tells nobody else.
type variableCore struct{ unset []string }

func (*variableCore) Enabled(level zapcore.Level) bool    { return level >= zapcore.WarnLevel }
func (c *variableCore) With([]zapcore.Field) zapcore.Core { return c }
func (*variableCore) Sync() error                         { return nil }
func (c *variableCore) Check(e zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if !c.Enabled(e.Level) {
		return checked
	}
	return checked.AddCore(e, c)
}

func (c *variableCore) Write(_ zapcore.Entry, fields []zapcore.Field) error {
	for _, field := range fields {
		if field.Key == "name" && !slices.Contains(c.unset, field.String) {
			c.unset = append(c.unset, field.String)
		}
	}
	return nil
}
