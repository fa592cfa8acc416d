package pipelinecheck

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/zap"
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
	collector := read(conf)
	if mistakes := collector.mistakes(); len(mistakes) > 0 {
		return errors.Join(mistakes...)
	}
	for _, risk := range collector.risks() {
		c.logger.Warn("This configuration can lose activities: "+risk.what, zap.String("remedy", risk.remedy))
	}
	return nil
}
