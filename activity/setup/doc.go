// Package setup makes a LoggerProvider for activities: an OTLP exporter, a queue, and
// one of three promises about what a returned call means.
//
//	pipeline, err := setup.Start(ctx, setup.WithService("shop", "1.4.0"))
//	if err != nil {
//		return err
//	}
//	defer pipeline.Shutdown(context.WithoutCancel(ctx))
//
//	activity.Record(ctx, activity.Activity{Action: "shop.open"})
//
// An application that exports its logs over OTLP already needs nothing of this.
package setup
