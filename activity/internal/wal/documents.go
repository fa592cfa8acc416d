package wal

import (
	"context"
	"errors"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/embedded"
	"go.opentelemetry.io/otel/trace"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/internal/otlpjson"
)

// Documents makes documents of activities. A Recorder over a provider of its own
// completes and repairs them, so that they are the same as those that are exported. It is
// safe for concurrent use.
type Documents struct{ recorder *activity.Recorder }

// NewDocuments makes Documents.
func NewDocuments(opts ...Option) *Documents {
	var s settings
	for _, opt := range opts {
		opt(&s)
	}
	return &Documents{recorder: activity.New(provider{resource: resource(s.resource)}, s.defaults...)}
}

// DefaultDocuments are those of a transaction of which nothing else is known.
var DefaultDocuments = sync.OnceValue(func() *Documents { return NewDocuments() })

// errUnencoded is that of a panic, which the Recorder has reported to otel.Handle.
var errUnencoded = errors.New("it can't be encoded")

// Of makes the document of an activity, with what ctx says about it.
func (d *Documents) Of(ctx context.Context, a activity.Activity) (string, error) {
	var document string
	d.recorder.Record(context.WithValue(ctx, documentKey{}, &document), a)
	if document == "" {
		return "", errUnencoded
	}
	return document, nil
}

// documentKey is the key of where a document goes: the log API has no way back.
type documentKey struct{}

type provider struct {
	embedded.LoggerProvider

	resource []attribute.KeyValue
}

var _ log.LoggerProvider = provider{}

// Logger implements [log.LoggerProvider].
func (p provider) Logger(name string, opts ...log.LoggerOption) log.Logger {
	config := log.NewLoggerConfig(opts...)
	return logger{resource: p.resource, scope: otlpjson.Scope{Name: name, Version: config.InstrumentationVersion()}}
}

type logger struct {
	embedded.Logger

	resource []attribute.KeyValue
	scope    otlpjson.Scope
}

// Enabled implements [log.Logger].
func (logger) Enabled(context.Context, log.EnabledParameters) bool { return true }

// Emit implements [log.Logger].
func (l logger) Emit(ctx context.Context, record log.Record) {
	document, ok := ctx.Value(documentKey{}).(*string)
	if !ok {
		return
	}
	encoded, err := otlpjson.Document(l.resource, l.scope, &record, trace.SpanContextFromContext(ctx))
	if err == nil {
		*document = encoded
	}
}
