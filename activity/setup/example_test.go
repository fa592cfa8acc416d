package setup_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/setup"
)

func ExampleStart() {
	ctx := context.Background()
	pipeline, err := setup.Start(ctx, setup.WithService("shop", "1.4.0"), setup.WithTier(setup.BestEffort),
		setup.OnDrop(func(count int, reason error) { fmt.Println(count, "activities are lost:", reason) }))
	if err != nil {
		fmt.Println(err)
		return
	}
	activity.Record(ctx, activity.Activity{Action: "shop.open"})

	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := pipeline.Shutdown(ending); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		fmt.Println(err)
	}
}

// Payments are kept in a file until the Collector has them, beside what else the
// application records.
func ExampleWithTier() {
	ctx := context.Background()
	safe, err := setup.Start(ctx, setup.WithService("shop", "1.4.0"), setup.WithoutGlobal(),
		setup.WithTier(setup.Durable), setup.WithSpool("/var/lib/shop/activities"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = safe.Shutdown(context.WithoutCancel(ctx)) }()

	payments := safe.Recorder()
	payments.Record(ctx, activity.Activity{Action: "payment.capture", Entity: activity.Entity{Type: "order", ID: "4711"}})
}

// What must not happen unrecorded is confirmed first.
func ExamplePipeline_Recorder() {
	ctx := context.Background()
	sure, err := setup.Start(ctx, setup.WithService("shop", "1.4.0"), setup.WithoutGlobal(), setup.WithTier(setup.Confirm))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = sure.Shutdown(context.WithoutCancel(ctx)) }()

	err = sure.Recorder().Confirm(ctx, activity.Activity{Action: "permission.grant", Reason: "on call"})
	if err != nil {
		fmt.Println("not granted:", err)
	}
}
