package activity

import "context"

// UserAction records what a user did.
func (r *Recorder) UserAction(ctx context.Context, action string, a Activity) {
	r.recordKind(ctx, SourceUser, action, &a)
}

// SystemEvent records what the application did on its own account.
func (r *Recorder) SystemEvent(ctx context.Context, action string, a Activity) {
	r.recordKind(ctx, SourceSystem, action, &a)
}

// Integration records that another system called in or was called.
func (r *Recorder) Integration(ctx context.Context, action string, a Activity) {
	r.recordKind(ctx, SourceIntegration, action, &a)
}

// Scheduled records what a timer or a job did.
func (r *Recorder) Scheduled(ctx context.Context, action string, a Activity) {
	r.recordKind(ctx, SourceScheduled, action, &a)
}

func (r *Recorder) recordKind(ctx context.Context, source Source, action string, a *Activity) {
	a.Source = source
	a.Action = action
	r.record(ctx, a)
}
