package pipelinecheck

import (
	"fmt"
	"slices"

	"go.opentelemetry.io/collector/component"
)

// risk is a way to lose activities that the configuration leaves open, and what
// closes it.
type risk struct {
	what   string
	remedy string
}

// lossy are the processors that lose activities, by type. Those that leave out
// what their own configuration names, such as filter, are not among them.
var lossy = map[string]risk{
	"batch": {
		"it acknowledges records before the exporter's queue has them, and loses what it holds when the Collector dies",
		"remove it: the exporter batches behind its queue, see its sending_queue::batch",
	},
	"probabilistic_sampler": {
		"it drops a share of the records",
		"remove it, or send activities through a pipeline without it",
	},
	"tail_sampling": {
		"it drops what it does not sample",
		"remove it, or send activities through a pipeline without it",
	},
	"log_dedup": deduplication,
	"logdedup":  deduplication, // its name before the Collector's types were snake_case
}

var deduplication = risk{
	"it replaces records that look alike by one",
	"remove it: the exporter drops only what was delivered twice",
}

func (c *collector) risks() []risk {
	var found []risk
	for _, p := range c.leading() {
		for _, id := range p.processors {
			if known, ok := lossy[id.Type().String()]; ok {
				found = append(found, risk{
					what:   fmt.Sprintf("service::pipelines::%s has the processor %s on the way to an activity exporter: %s", p.name, id, known.what),
					remedy: known.remedy,
				})
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
func (c *collector) unsyncedStorage() []risk {
	var found []risk
	for _, id := range c.activityExporters() {
		extension, ok := storage(c.exporters[id])
		if !ok || extension.Type().String() != "file_storage" || c.extensions[extension].is("fsync", true) {
			continue
		}
		found = append(found, risk{
			what:   fmt.Sprintf("extensions::%s, which keeps the queue of the exporter %s, has fsync off: a power cut loses what was acknowledged last", extension, id),
			remedy: fmt.Sprintf("set extensions::%s::fsync to true", extension),
		})
	}
	return found
}
