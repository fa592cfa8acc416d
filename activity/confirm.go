package activity

import (
	"context"
	"errors"

	"github.com/otel-activity/otel-activity/activity/internal/receipt"
)

// ErrUnconfirmed is the error of Confirm when nobody said what became of the
// activity: the provider is none that package setup has made, or one of the tier
// BestEffort, which promises nothing.
var ErrUnconfirmed = errors.New("the activity is not confirmed: use a provider of package setup with the tier Confirm or Durable")

// Confirm records an activity and returns nil once it is safe: with the tier
// setup.Confirm when the Collector has acknowledged it, with setup.Durable when it is
// on disk. Any other provider records it and returns ErrUnconfirmed.
//
//nolint:contextcheck // a nil context has nothing to inherit from
func (r *Recorder) Confirm(ctx context.Context, a Activity) error {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, confirmed := receipt.With(ctx)
	r.record(ctx, &a)
	return confirmed.Err(ErrUnconfirmed)
}

// Confirm records an activity through the global LoggerProvider and returns nil once
// it is safe, see [Recorder.Confirm].
func Confirm(ctx context.Context, a Activity) error { return std.Confirm(ctx, a) }
