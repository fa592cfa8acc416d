// Package problem has the errors that a client of the API sees (RFC 9457).
package problem

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"go.opentelemetry.io/otel/trace"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
)

// MediaType is that of an answer that is a problem.
const MediaType = "application/problem+json"

// Error is an error with all that the client is told of it.
type Error struct {
	Status int
	// Detail says what went wrong, and the remedy.
	Detail string
	// Field is the parameter that can't be used, where it is one.
	Field string
}

func (e *Error) Error() string { return e.Detail }

// New makes an error that is not about one parameter.
func New(status int, detail string) *Error { return &Error{Status: status, Detail: detail} }

// Bad makes an error about one parameter.
func Bad(field, detail string) *Error {
	return &Error{Status: http.StatusBadRequest, Detail: detail, Field: field}
}

// Of is the problem that an error is to the request of ctx.
func (e *Error) Of(ctx context.Context, instance string) api.Problem {
	return api.Problem{
		Type:     "about:blank",
		Title:    http.StatusText(e.Status),
		Status:   e.Status,
		Detail:   e.Detail,
		Instance: instance,
		Field:    e.Field,
		TraceId:  TraceID(ctx),
	}
}

// Write answers a request with an error.
func Write(w http.ResponseWriter, r *http.Request, e *Error) {
	body, err := json.Marshal(e.Of(r.Context(), r.URL.Path))
	if err != nil {
		panic(err) // texts and a number always marshal
	}
	h := w.Header()
	h.Set("Content-Type", MediaType)
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	w.WriteHeader(e.Status)
	_, _ = w.Write(append(body, '\n')) // a client that is gone is nobody to tell
}

type traceKey struct{}

// WithTraceID gives a request the id that its problems and log lines carry: that of
// its trace, else a made-up one.
func WithTraceID(ctx context.Context) context.Context {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		return context.WithValue(ctx, traceKey{}, span.TraceID().String())
	}
	var id trace.TraceID
	_, _ = rand.Read(id[:]) // never fails
	return context.WithValue(ctx, traceKey{}, hex.EncodeToString(id[:]))
}

// TraceID is the id that WithTraceID gave.
func TraceID(ctx context.Context) string {
	id, _ := ctx.Value(traceKey{}).(string)
	return id
}
