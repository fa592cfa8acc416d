package activity

import "context"

// std records through the global LoggerProvider, also through one that is set
// later.
var std = New(nil)

// Record records an activity through the global LoggerProvider. The trace and
// the span are those of ctx.
func Record(ctx context.Context, a Activity) { std.Record(ctx, a) }

// RecordAll records activities in their order through the global LoggerProvider.
// Those that have no operation yet, in the context neither, get one in common.
func RecordAll(ctx context.Context, activities []Activity) { std.RecordAll(ctx, activities) }

// Do calls fn and records through the global LoggerProvider how it went, see
// [Recorder.Do].
func Do(ctx context.Context, action string, fn func(context.Context) error, opts ...DoOption) error {
	return std.Do(ctx, action, fn, opts...)
}
