package pipelinecheck

import (
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-activity/otel-activity/internal/finding"
)

// The checks of Check, by their stable names.
const (
	CheckExtension     = "pipeline.extension"
	CheckSignal        = "pipeline.signal"
	CheckBatch         = "pipeline.batch"
	CheckSampling      = "pipeline.sampling"
	CheckDeduplication = "pipeline.deduplication"
	CheckFilter        = "pipeline.filter"
	CheckFsync         = "queue.fsync"
)

// Check finds in a whole configuration, with every ${…} filled in, what can't work
// (an error), what can lose activities (a warning), and what leaves activities out
// when its own configuration says so (an info).
func Check(conf *confmap.Conf) []finding.Finding {
	c := read(conf)
	return append(c.mistakes(), c.risks()...)
}

// ActivityExporters are those that a pipeline uses: no other is ever made.
func ActivityExporters(conf *confmap.Conf) []component.ID { return read(conf).activityExporters() }
