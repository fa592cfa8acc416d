package pipelinecheck

import (
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/component"

	"github.com/otel-activity/otel-activity/internal/finding"
)

// lossy are the processors on whose account activities are missing, by type: What
// is only the end of a sentence. Those that leave out what their own configuration
// names are worth knowing and no risk.
var lossy = map[string]finding.Finding{
	"batch": {
		Check: CheckBatch, Severity: finding.Warning,
		What:   "it acknowledges records before the exporter's queue has them, and loses what it holds when the Collector dies",
		Remedy: "remove it: the exporter batches behind its queue, see its sending_queue::batch",
	},
	"probabilistic_sampler": sampling("it drops a share of the records"),
	"tail_sampling":         sampling("it drops what it does not sample"),
	"log_dedup":             deduplication,
	"logdedup":              deduplication, // its name before the Collector's types were snake_case
	"filter": {
		Check: CheckFilter, Severity: finding.Info,
		What:   "it drops what its conditions name",
		Remedy: "make sure that its conditions name no activities",
	},
}

var deduplication = finding.Finding{
	Check: CheckDeduplication, Severity: finding.Warning,
	What:   "it replaces records that look alike by one",
	Remedy: "remove it: the exporter drops only what was delivered twice",
}

func sampling(what string) finding.Finding {
	return finding.Finding{
		Check: CheckSampling, Severity: finding.Warning,
		What:   what,
		Remedy: "remove it, or send activities through a pipeline without it",
	}
}

func (c *collector) risks() []finding.Finding {
	var found []finding.Finding
	for _, p := range c.leading() {
		for _, id := range p.processors {
			if f, ok := lossy[id.Type().String()]; ok {
				f.What = fmt.Sprintf("service::pipelines::%s has the processor %s on the way to an activity exporter: %s", p.name, id, f.What)
				found = append(found, f)
			}
		}
	}
	return append(found, c.unsyncedStorage()...)
}

// leading are the pipelines that lead to an activity exporter, through connectors
// too.
func (c *collector) leading() []pipeline {
	leads := make([]bool, len(c.pipelines))
	for changed := true; changed; {
		changed = false
		for i, p := range c.pipelines {
			if !leads[i] && slices.ContainsFunc(p.exporters, func(id component.ID) bool { return c.isActivity(id) || c.leadsOn(id, leads) }) {
				leads[i], changed = true, true
			}
		}
	}
	var found []pipeline
	for i, p := range c.pipelines {
		if leads[i] {
			found = append(found, p)
		}
	}
	return found
}

// leadsOn tells whether a connector hands on to a pipeline that leads there.
func (c *collector) leadsOn(connector component.ID, leads []bool) bool {
	if _, configured := c.connectors[connector]; !configured {
		return false
	}
	for i, p := range c.pipelines {
		if leads[i] && slices.Contains(p.receivers, connector) {
			return true
		}
	}
	return false
}

// unsyncedStorage are the queues on disk that a power cut may shorten.
func (c *collector) unsyncedStorage() []finding.Finding {
	var found []finding.Finding
	for _, id := range c.activityExporters() {
		extension, ok := storage(c.exporters[id])
		config, configured := c.extensions[extension]
		if !ok || !configured || extension.Type().String() != "file_storage" || config.is("fsync", true) {
			continue
		}
		found = append(found, finding.Finding{
			Check: CheckFsync, Severity: finding.Warning,
			What:   fmt.Sprintf("extensions::%s, which keeps the queue of the exporter %s, has fsync off: a power cut loses what was acknowledged last", extension, id),
			Remedy: fmt.Sprintf("set extensions::%s::fsync to true", extension),
		})
	}
	return found
}
