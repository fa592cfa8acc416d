package activitygrpc

import (
	"context"

	"github.com/otel-activity/otel-activity/activity"
)

// Option changes what the interceptors do.
type Option func(*config)

type config struct {
	recorder *activity.Recorder
	filter   func(ctx context.Context, fullMethod string) bool
	actor    func(context.Context) activity.Actor
	project  func(context.Context) string
	baggage  bool
}

func newConfig(opts []Option) *config {
	c := &config{filter: func(context.Context, string) bool { return true }}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// Via records through r instead of the global LoggerProvider.
func Via(r *activity.Recorder) Option { return func(c *config) { c.recorder = r } }

// Filter says which calls are recorded, by their full method, "/shop.v1.Orders/Refund";
// all of them unless it is given, since gRPC does not tell reading from writing.
func Filter(record func(ctx context.Context, fullMethod string) bool) Option {
	return func(c *config) { c.filter = record }
}

// WithActor says who is asking: what an authentication in front of this interceptor has
// put into the context. It is for servers.
func WithActor(actor func(context.Context) activity.Actor) Option {
	return func(c *config) { c.actor = actor }
}

// WithProject says which project or tenant a call belongs to. It is for servers.
func WithProject(project func(context.Context) string) Option {
	return func(c *config) { c.project = project }
}

// Baggage makes clients send who and where in W3C baggage, and servers believe it. Use
// it between services of your own: anybody else can claim to be anybody.
func Baggage() Option { return func(c *config) { c.baggage = true } }
