// Package activityslog records activities from log/slog: a record that says what was
// done becomes an activity, everything else stays a log record.
//
//	slog.InfoContext(ctx, "Refunded 12.50 EUR",
//		"activity.action", "order.refund",
//		"activity.entity.type", "order",
//		"activity.entity.id", "4711",
//		"amount", 12.5)
//
// The names are those of the activity convention, flat or in groups; what has none of
// them becomes metadata.
package activityslog
