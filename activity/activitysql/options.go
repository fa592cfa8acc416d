package activitysql

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/internal/wal"
)

// Option says more about the activities that InTx records.
type Option func(*wal.Settings)

// WithResource describes the program: service.name and so on. It is added to what
// OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say.
func WithResource(attributes ...attribute.KeyValue) Option {
	return func(s *wal.Settings) { s.Resource = append(s.Resource, attributes...) }
}

// WithDefaults sets what holds for an activity when neither it nor its context says
// otherwise, as [activity.New] does.
func WithDefaults(opts ...activity.Option) Option {
	return func(s *wal.Settings) { s.Defaults = append(s.Defaults, opts...) }
}
