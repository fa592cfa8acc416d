// Command shop-go is the payment service of a small shop: it charges and refunds, calls
// a bank, pays out by a job, and takes calls of a parcel service. It shows how an
// application in Go records activities. Its customers come through examples/shop-ts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/activityhttp"
	"github.com/otel-activity/otel-activity/activity/setup"
)

// farewell is how long requests and activities may take at the end.
const farewell = 10 * time.Second

func main() {
	listen := flag.String("listen", "127.0.0.1:8091", "where the service listens")
	database := flag.String("database", os.Getenv("DATABASE_URL"), "its Postgres; DATABASE_URL unless it is set")
	night := flag.Duration("night", 15*time.Second, "how often captured payments are paid out")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *listen, *database, *night)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "shop-go:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, listen, database string, night time.Duration) error {
	// One line for activities. Traces go nowhere here, but activities have their ids.
	pipeline, err := setup.Start(ctx, setup.WithService("payments", "1.0.0"), setup.WithEnvironment("demo"))
	if err != nil {
		return err
	}
	otel.SetTracerProvider(sdktrace.NewTracerProvider())
	otel.SetTextMapPropagator(propagation.TraceContext{})

	err = work(ctx, listen, database, night)
	return errors.Join(err, finish(context.WithoutCancel(ctx), pipeline))
}

// work serves and runs the job until ctx is done.
func work(ctx context.Context, listen, database string, night time.Duration) error {
	pool, err := openDatabase(ctx, database)
	if err != nil {
		return err
	}
	defer pool.Close()
	bank, err := openBank(ctx)
	if err != nil {
		return err
	}
	defer bank.close()

	service := newService(pool, bank.url)
	ctx, stop := context.WithCancel(ctx)
	var job sync.WaitGroup
	job.Go(func() { service.everyNight(ctx, night) })
	err = serve(ctx, listen, handler(service))
	stop()
	job.Wait() // its activities go before the end
	return err
}

// handler puts the trace outside and the activities inside: they belong to its span.
func handler(s *service) http.Handler {
	// The storefront is a service of ours: who it says is asking is asking.
	recorded := activityhttp.Middleware(activityhttp.Baggage())(s.routes())
	return otelhttp.NewHandler(recorded, "payments")
}

func openDatabase(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	pool, err := pgxpool.New(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if _, err := pool.Exec(ctx, schemaSQL); err != nil {
		pool.Close()
		return nil, fmt.Errorf("make the tables: %w", err)
	}
	return pool, nil
}

func serve(ctx context.Context, listen string, handler http.Handler) error {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	fmt.Printf("listening on http://%s\n", listener.Addr())
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	return server.Shutdown(ctx)
}

// finish sends what waits. The last line says how many activities there were.
func finish(ctx context.Context, pipeline *setup.Pipeline) error {
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	err := pipeline.Shutdown(ctx)
	fmt.Printf("delivered %d, dropped %d\n", pipeline.Delivered(), pipeline.Dropped())
	return err
}

// systemActor is who acts in a job.
var systemActor = activity.Actor{ID: "payout", Type: activity.ActorSystem}
