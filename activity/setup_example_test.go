package activity_test

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/otel-activity/otel-activity/activity"
)

// setUp sends what is recorded to the OTLP endpoint that the environment names.
// The function that it returns must be called before the program ends: it sends
// what is still waiting.
func setUp(ctx context.Context) (shutdown func(context.Context) error, err error) {
	exporter, err := otlploggrpc.New(ctx)
	if err != nil {
		return nil, err
	}
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter)))
	otel.SetLoggerProvider(provider)
	return provider.Shutdown, nil
}

// The whole set-up: an exporter, a provider, and a shutdown at the end.
func Example() {
	ctx := context.Background()
	shutdown, err := setUp(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = shutdown(ctx) }()

	activity.Record(ctx, activity.Activity{Action: "shop.open"})
}
