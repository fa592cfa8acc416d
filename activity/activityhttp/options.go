package activityhttp

import (
	"net/http"

	"github.com/otel-activity/otel-activity/activity"
)

// Option changes what a middleware or a transport does.
type Option func(*config)

type config struct {
	recorder   *activity.Recorder
	filter     func(*http.Request) bool
	actor      func(*http.Request) activity.Actor
	onBehalfOf func(*http.Request) activity.OnBehalfOf
	project    func(*http.Request) string
	forwarded  bool
	baggage    bool
}

func newConfig(opts []Option) *config {
	c := &config{filter: changes}
	for _, opt := range opts {
		opt(c)
	}
	return c
}

// via is for the functions of package activity that take a Recorder as an option.
func (c *config) via() []activity.DoOption {
	if c.recorder == nil {
		return nil
	}
	return []activity.DoOption{activity.Via(c.recorder)}
}

// changes is true for requests that change something, by RFC 9110, section 9.2.1.
func changes(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, "":
		return false
	default:
		return true
	}
}

// Via records through r instead of the global LoggerProvider.
func Via(r *activity.Recorder) Option { return func(c *config) { c.recorder = r } }

// Filter says which requests are recorded; unless it is given, those that change
// something: POST, PUT, PATCH, DELETE. Who is asking is known within all of them.
func Filter(record func(*http.Request) bool) Option { return func(c *config) { c.filter = record } }

// WithActor says who is asking: what an authentication in front of this middleware has
// found out. It is for the middleware.
func WithActor(actor func(*http.Request) activity.Actor) Option {
	return func(c *config) { c.actor = actor }
}

// WithOnBehalfOf says for whom the actor asks. It is for the middleware.
func WithOnBehalfOf(principal func(*http.Request) activity.OnBehalfOf) Option {
	return func(c *config) { c.onBehalfOf = principal }
}

// WithProject says which project or tenant a request belongs to. It is for the
// middleware.
func WithProject(project func(*http.Request) string) Option {
	return func(c *config) { c.project = project }
}

// TrustForwarded takes the client's address from the first entry of X-Forwarded-For. Use
// it behind a proxy that sets the header: anybody else can claim to be anywhere.
func TrustForwarded() Option { return func(c *config) { c.forwarded = true } }

// Baggage makes the transport send who and where in W3C baggage, and the middleware
// believe it. Use it between services of your own: anybody else can claim to be anybody.
func Baggage() Option { return func(c *config) { c.baggage = true } }
