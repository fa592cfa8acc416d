package activityhttp

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/propagation"

	"github.com/otel-activity/otel-activity/activity"
)

// Transport records the calls of other systems that change something, as
// activity.DoAPI does: action "api.post", source integration, the path as an endpoint.
// Base is http.DefaultTransport when it is nil. Response and error are those of base, and
// bodies are not touched.
func Transport(base http.RoundTripper, opts ...Option) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return &transport{base: base, config: newConfig(opts)}
}

type transport struct {
	base   http.RoundTripper
	config *config
}

// RoundTrip implements [http.RoundTripper].
func (t *transport) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	if t.config.baggage {
		req = req.Clone(req.Context()) // a transport must not change the caller's
		propagation.Baggage{}.Inject(activity.ToBaggage(req.Context()), propagation.HeaderCarrier(req.Header))
	}
	if !t.config.filter(req) {
		return t.base.RoundTrip(req)
	}
	err = activity.DoAPI(req.Context(), req.Method, req.URL.String(), func(context.Context) (status int, err error) {
		resp, err = t.base.RoundTrip(req) //nolint:bodyclose // the caller's
		if resp != nil {
			status = resp.StatusCode
		}
		return status, err
	}, t.config.via()...)
	return resp, err
}
