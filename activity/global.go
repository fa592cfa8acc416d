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

// Call is Do for a function that has a result besides its error.
func Call[T any](ctx context.Context, action string, fn func(context.Context) (T, error), opts ...DoOption) (T, error) {
	var result T
	err := Do(ctx, action, func(ctx context.Context) (err error) {
		result, err = fn(ctx)
		return err
	}, opts...)
	return result, err
}

// UserAction records what a user did, see [Recorder.UserAction].
func UserAction(ctx context.Context, action string, a Activity) { std.UserAction(ctx, action, a) }

// SystemEvent records what the application did, see [Recorder.SystemEvent].
func SystemEvent(ctx context.Context, action string, a Activity) { std.SystemEvent(ctx, action, a) }

// Integration records a call from or to another system, see [Recorder.Integration].
func Integration(ctx context.Context, action string, a Activity) { std.Integration(ctx, action, a) }

// Scheduled records what a timer or a job did, see [Recorder.Scheduled].
func Scheduled(ctx context.Context, action string, a Activity) { std.Scheduled(ctx, action, a) }

// DoDatabase records an operation on a database, see [Recorder.DoDatabase].
func DoDatabase(ctx context.Context, operation, collection, entityID string, fn func(context.Context) error, opts ...DoOption) error {
	return std.DoDatabase(ctx, operation, collection, entityID, fn, opts...)
}

// DoAPI records a call of another system's API, see [Recorder.DoAPI].
func DoAPI(ctx context.Context, method, target string, fn func(context.Context) (status int, err error), opts ...DoOption) error {
	return std.DoAPI(ctx, method, target, fn, opts...)
}

// DoBatch records many items at once, see [Recorder.DoBatch].
func DoBatch(ctx context.Context, name string, size int, fn func(context.Context, *Batch) error, opts ...DoOption) error {
	return std.DoBatch(ctx, name, size, fn, opts...)
}

// Begin records a pending activity, see [Recorder.Begin].
func Begin(ctx context.Context, action string, a Activity) *Operation {
	return std.Begin(ctx, action, a)
}
