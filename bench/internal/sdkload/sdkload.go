// Package sdkload makes the load of the benchmarks: OTLP requests as the Go SDK
// sends them.
package sdkload

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
	"google.golang.org/grpc"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

// Capture lets the Go SDK record that many activities and returns the
// requests that it sent, of 512 records each, as bytes: measured is what becomes
// of them, not how they were made.
func Capture(ctx context.Context, rows int) ([][]byte, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	captor := &captor{}
	server := grpc.NewServer()
	plogotlp.RegisterGRPCServer(server, captor)
	go server.Serve(listener) //nolint:errcheck // it ends with Stop
	defer server.Stop()

	exporter, err := otlploggrpc.New(ctx, otlploggrpc.WithEndpoint(listener.Addr().String()), otlploggrpc.WithInsecure())
	if err != nil {
		return nil, fmt.Errorf("make the OTLP exporter: %w", err)
	}
	provider := sdklog.NewLoggerProvider(
		sdklog.WithResource(resource.NewSchemaless(semconv.ServiceNameKey.String("shop"))),
		sdklog.WithProcessor(sdklog.NewBatchProcessor(exporter,
			sdklog.WithExportMaxBatchSize(512), sdklog.WithMaxQueueSize(rows), sdklog.WithExportInterval(time.Minute))),
	)
	recorder := activity.New(provider)
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same activities in each run
	for n := range rows {
		recorder.Record(ctx, shopActivity(random, n))
	}
	if err := provider.Shutdown(ctx); err != nil {
		return nil, fmt.Errorf("send the activities: %w", err)
	}
	if captor.records != rows {
		return nil, fmt.Errorf("captured %d of %d activities", captor.records, rows)
	}
	return captor.requests, nil
}

// shopActivity has skewed actors, actions and entities, as real trails have.
func shopActivity(random *rand.Rand, n int) activity.Activity {
	actions := [...]string{"order.update", "order.create", "order.view", "payment.capture", "order.refund", "user.login"}
	skewed := func(of int) int { return int(float64(of) * random.Float64() * random.Float64() * random.Float64()) }
	return activity.Activity{
		Action:    actions[skewed(len(actions))],
		Source:    activity.SourceUser,
		Entity:    activity.Entity{Type: "order", ID: "order-" + strconv.Itoa(skewed(20_000))},
		Actor:     activity.Actor{ID: "user-" + strconv.Itoa(skewed(700))},
		ProjectID: "project-" + strconv.Itoa(skewed(20)),
		Details:   "The order was changed by its owner",
		Metadata:  map[string]any{"channel": "web", "attempt": n % 3, "total": float64(n%10_000) / 100},
	}
}

// captor is an OTLP server that keeps requests.
type captor struct {
	plogotlp.UnimplementedGRPCServer

	mu       sync.Mutex
	requests [][]byte
	records  int
}

func (c *captor) Export(_ context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	body, err := request.MarshalProto()
	if err != nil {
		return plogotlp.NewExportResponse(), err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests = append(c.requests, body)
	c.records += request.Logs().LogRecordCount()
	return plogotlp.NewExportResponse(), nil
}
