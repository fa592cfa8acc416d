package pipelinecheck

import (
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"
)

const (
	activityType = "activity"
	logsSignal   = "logs"
)

// mistakes are what can't work, each with the key and the remedy.
func (c *collector) mistakes() []error {
	var found []error
	for _, id := range c.activityExporters() {
		config := c.exporters[id]
		if extension, ok := config.id("postgres"); ok {
			found = append(found, c.needs(fmt.Sprintf("exporters::%s::postgres", id), extension)...)
		}
		if extension, ok := storage(config); ok {
			found = append(found, c.needs(fmt.Sprintf("exporters::%s::sending_queue::storage", id), extension)...)
		}
	}
	return append(found, c.wrongSignals()...)
}

// activityExporters are those that a pipeline uses: no other is ever made.
func (c *collector) activityExporters() []component.ID {
	var found []component.ID
	for _, p := range c.pipelines {
		for _, id := range p.exporters {
			if c.isActivity(id) && !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
	}
	return found
}

func (c *collector) isActivity(id component.ID) bool {
	_, configured := c.exporters[id]
	return configured && id.Type().String() == activityType
}

// storage is the extension that keeps the exporter's queue.
func storage(config section) (component.ID, bool) {
	queue := config.section("sending_queue")
	if queue.is("enabled", false) {
		return component.ID{}, false
	}
	return queue.id("storage")
}

func (c *collector) needs(key string, extension component.ID) []error {
	if _, configured := c.extensions[extension]; !configured {
		return []error{fmt.Errorf("%s names %s, which is not configured: add %s to extensions and to service::extensions", key, extension, extension)}
	}
	if !slices.Contains(c.enabled, extension) {
		return []error{fmt.Errorf("%s names %s, which is not enabled: add %s to service::extensions", key, extension, extension)}
	}
	return nil
}

func (c *collector) wrongSignals() []error {
	var found []error
	for _, p := range c.pipelines {
		if signal, _, _ := strings.Cut(p.name, "/"); strings.TrimSpace(signal) == logsSignal {
			continue
		}
		for _, id := range p.exporters {
			if c.isActivity(id) {
				found = append(found, fmt.Errorf("service::pipelines::%s::exporters names %s, which takes logs alone: remove it there, and name it in a pipeline of logs", p.name, id))
			}
		}
	}
	return found
}
