package pipelinecheck

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/finding"
)

var _ confmap.Converter = (*converter)(nil)

type converter struct {
	logger *zap.Logger
}

// NewFactory returns the factory of the converter.
func NewFactory() confmap.ConverterFactory {
	return confmap.NewConverterFactory(func(set confmap.ConverterSettings) confmap.Converter {
		return &converter{logger: set.Logger}
	})
}

// Convert checks the configuration and leaves it as it is.
func (c *converter) Convert(_ context.Context, conf *confmap.Conf) error {
	found := Check(conf)
	var mistakes []error
	for _, f := range found {
		if f.Severity == finding.Error {
			mistakes = append(mistakes, fmt.Errorf("%s: %s", f.What, f.Remedy))
		}
	}
	if len(mistakes) > 0 {
		return errors.Join(mistakes...)
	}
	for _, f := range found {
		if f.Severity == finding.Warning {
			c.logger.Warn("This configuration can lose activities: "+f.What, zap.String("remedy", f.Remedy))
		}
	}
	return nil
}
