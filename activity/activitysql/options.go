package activitysql

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/internal/wal"
)

// Option says more about the activities that InTx records.
type Option = wal.Option

// WithResource describes the program: service.name and so on. It is added to what
// OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say.
func WithResource(attributes ...attribute.KeyValue) Option {
	return wal.WithResource(attributes...)
}

// WithDefaults sets what holds for an activity when neither it nor its context says
// otherwise, as [activity.New] does.
func WithDefaults(opts ...activity.Option) Option {
	return wal.WithDefaults(opts...)
}
