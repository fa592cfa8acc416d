package wal

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/activity"
)

// Option says more about what is recorded in transactions.
type Option func(*settings)

type settings struct {
	resource []attribute.KeyValue // added to what the environment says about the program
	defaults []activity.Option    // of the Recorder
}

// WithResource describes the program.
func WithResource(attributes ...attribute.KeyValue) Option {
	return func(s *settings) { s.resource = append(s.resource, attributes...) }
}

// WithDefaults sets what holds for an activity when nothing else says otherwise.
func WithDefaults(opts ...activity.Option) Option {
	return func(s *settings) { s.defaults = append(s.defaults, opts...) }
}
