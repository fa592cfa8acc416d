// Package capture keeps what the packages below activity record, for their tests.
package capture

import (
	"context"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"
	"go.opentelemetry.io/otel/log/embedded"

	"github.com/otel-activity/otel-activity/activity"
)

// Records are log records in the order in which they were emitted. It is safe for
// concurrent use.
type Records struct {
	mu      sync.Mutex
	records []log.Record
	traces  []context.Context
}

// NewRecorder makes a Recorder and where its activities arrive.
func NewRecorder(opts ...activity.Option) (*activity.Recorder, *Records) {
	r := &Records{}
	return activity.New(provider{records: r}, opts...), r
}

type provider struct {
	embedded.LoggerProvider

	records *Records
}

// Logger implements [log.LoggerProvider].
func (p provider) Logger(string, ...log.LoggerOption) log.Logger { return logger{records: p.records} }

type logger struct {
	embedded.Logger

	records *Records
}

// Enabled implements [log.Logger].
func (logger) Enabled(context.Context, log.EnabledParameters) bool { return true }

// Emit implements [log.Logger].
func (l logger) Emit(ctx context.Context, record log.Record) {
	l.records.mu.Lock()
	defer l.records.mu.Unlock()
	l.records.records = append(l.records.records, record.Clone())
	l.records.traces = append(l.records.traces, ctx)
}

// Len is how many there are.
func (r *Records) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.records)
}

// Wait waits until there are that many.
func (r *Records) Wait(tb testing.TB, n int) {
	tb.Helper()
	for deadline := time.Now().Add(5 * time.Second); r.Len() < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatalf("%d activities, want %d", r.Len(), n)
		}
	}
}

// Record is the i-th one.
func (r *Records) Record(i int) log.Record {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.records[i]
}

// Name is the action of the i-th one.
func (r *Records) Name(i int) string {
	record := r.Record(i)
	return record.EventName()
}

// Context is that in which the i-th one was emitted.
func (r *Records) Context(i int) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.traces[i]
}

// Attributes are those of the i-th one, as plain values; nested ones stay as they are.
func (r *Records) Attributes(i int) map[string]any {
	record := r.Record(i)
	m := map[string]any{}
	record.WalkAttributes(func(kv attribute.KeyValue) bool {
		m[string(kv.Key)] = kv.Value.AsInterface()
		return true
	})
	return m
}
