package main

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver"
)

// startReceiver starts the receiver in this process, with its default settings but for
// the names of slot and publication.
func startReceiver(ctx context.Context, dsn, slot, publication string, next consumer.Logs) (receiver.Logs, error) {
	factory := postgreswalreceiver.NewFactory()
	config := factory.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(map[string]any{
		"dsn":         dsn,
		"slot":        map[string]any{"name": slot},
		"publication": map[string]any{"name": publication},
	}).Unmarshal(config); err != nil {
		return nil, fmt.Errorf("configure the receiver: %w", err)
	}
	settings := receivertest.NewNopSettings(factory.Type())
	logger, err := zap.NewDevelopment(zap.IncreaseLevel(zap.WarnLevel))
	if err != nil {
		return nil, err
	}
	settings.Logger = logger
	r, err := factory.CreateLogs(ctx, settings, config, next)
	if err != nil {
		return nil, fmt.Errorf("make the receiver: %w", err)
	}
	if err := r.Start(ctx, componenttest.NewNopHost()); err != nil {
		return nil, fmt.Errorf("start the receiver: %w", err)
	}
	return r, nil
}
