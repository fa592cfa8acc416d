package activityslog

import (
	"context"
	"log/slog"
	"slices"

	"github.com/otel-activity/otel-activity/activity"
)

// Handler records activities and passes everything else on.
type Handler struct {
	recorder *activity.Recorder
	next     slog.Handler
	// attrs and groups are those of WithAttrs and WithGroup, for activities; next has
	// its own.
	attrs  []attr
	groups []string
}

var _ slog.Handler = (*Handler)(nil)

// attr is an attribute below groups.
type attr struct {
	groups []string
	attr   slog.Attr
}

// New makes a Handler in front of another one. Without a recorder, activities go to the
// global LoggerProvider.
func New(recorder *activity.Recorder, next slog.Handler) *Handler {
	if recorder == nil {
		recorder = activity.New(nil)
	}
	return &Handler{recorder: recorder, next: next}
}

// Enabled reports whether there may be something to do: an activity has no level that
// is too low.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo || h.next.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (h *Handler) Handle(ctx context.Context, record slog.Record) error {
	found := fields{}
	for _, a := range h.attrs {
		found.add(a.groups, a.attr)
	}
	record.Attrs(func(a slog.Attr) bool {
		found.add(h.groups, a)
		return true
	})
	if a, ok := found.activity(record); ok {
		h.recorder.Record(ctx, a)
		return nil
	}
	if !h.next.Enabled(ctx, record.Level) {
		return nil
	}
	return h.next.Handle(ctx, record)
}

// WithAttrs implements [slog.Handler].
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	if len(attrs) == 0 {
		return h
	}
	with := *h
	with.attrs = slices.Clip(h.attrs)
	for _, a := range attrs {
		with.attrs = append(with.attrs, attr{groups: h.groups, attr: a})
	}
	with.next = h.next.WithAttrs(attrs)
	return &with
}

// WithGroup implements [slog.Handler].
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	with := *h
	with.groups = append(slices.Clip(h.groups), name)
	with.next = h.next.WithGroup(name)
	return &with
}
