package activityhttp

import (
	"context"
	"net"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

// Middleware puts who is asking, from where and for which project into the context of
// each request, and records the requests that change something: action "POST
// /orders/{id}" with the pattern of http.ServeMux, status failure from 400 on, canceled
// when the client has gone. Put it inside the middleware that authenticates and, for the
// trace, inside that of OpenTelemetry.
func Middleware(opts ...Option) func(http.Handler) http.Handler {
	c := newConfig(opts)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r = r.WithContext(c.carry(r)) //nolint:contextcheck // made of that of r
			if !c.filter(r) {
				next.ServeHTTP(w, r)
				return
			}
			c.serve(next, w, r)
		})
	}
}

func (c *config) carry(r *http.Request) context.Context {
	ctx := r.Context()
	if c.baggage {
		ctx = activity.FromBaggage(propagation.Baggage{}.Extract(ctx, propagation.HeaderCarrier(r.Header)))
	}
	if c.actor != nil {
		if actor := c.actor(r); actor.ID != "" || actor.Type != "" {
			ctx = activity.WithActor(ctx, actor)
		}
	}
	if c.onBehalfOf != nil {
		if principal := c.onBehalfOf(r); principal.ID != "" {
			ctx = activity.WithOnBehalfOf(ctx, principal)
		}
	}
	if c.project != nil {
		if project := c.project(r); project != "" {
			ctx = activity.WithProject(ctx, project)
		}
	}
	return activity.WithAttributes(ctx, c.client(r)...)
}

// client is where a request comes from.
func (c *config) client(r *http.Request) []attribute.KeyValue {
	var kvs []attribute.KeyValue
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	if first, _, _ := strings.Cut(r.Header.Get("X-Forwarded-For"), ","); c.forwarded && first != "" {
		address = strings.TrimSpace(first)
	}
	if address != "" {
		kvs = append(kvs, semconv.ClientAddressKey.String(address))
	}
	if agent := r.UserAgent(); agent != "" {
		kvs = append(kvs, semconv.UserAgentOriginalKey.String(agent))
	}
	return kvs
}

// serve records the request. The handler has no error to return; what it has written
// tells how it went.
func (c *config) serve(next http.Handler, w http.ResponseWriter, r *http.Request) {
	response := &response{ResponseWriter: w}
	opts := append(c.via(), activity.Finish(func(a *activity.Activity) { //nolint:contextcheck // that of r
		route := routeOf(r)
		a.Action = strings.TrimSpace(r.Method + " " + route)
		a.Attributes = append(a.Attributes, semconv.HTTPRequestMethodKey.String(r.Method), semconv.URLPathKey.String(r.URL.Path))
		if route != "" {
			a.Attributes = append(a.Attributes, semconv.HTTPRouteKey.String(route))
		}
		response.describe(r.Context(), a)
	}))
	// A panic is recorded by Do and goes on.
	_ = activity.Do(r.Context(), r.Method, func(context.Context) error {
		next.ServeHTTP(response, r)
		return nil
	}, opts...)
}

// routeOf is the pattern that a ServeMux has matched, without method and host.
func routeOf(r *http.Request) string {
	pattern := r.Pattern
	if slash := strings.IndexByte(pattern, '/'); slash >= 0 {
		return pattern[slash:]
	}
	return ""
}
