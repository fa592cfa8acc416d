// Package activity records who did what to which entity, when, and how it
// ended, as OpenTelemetry log records.
//
//	activity.Record(ctx, activity.Activity{
//		Action: "order.refund",
//		Entity: activity.Entity{Type: "order", ID: "4711"},
//	})
//
// The package needs the OpenTelemetry API alone. What becomes of a record is up
// to the LoggerProvider that the application has set up; without one, recording
// costs next to nothing and does nothing.
//
// Recording never fails, never panics and, with a batching processor, never
// blocks. Values that a record cannot carry are replaced by a text that says so.
// A value must not be modified by another goroutine during the call; afterwards
// nothing refers to it any more.
//
// The names and words on the wire are those of package semconv.
package activity
