package pipelinecheck

import (
	"fmt"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/component"

	"github.com/otel-activity/otel-activity/internal/finding"
)

const (
	activityType = "activity"
	logsSignal   = "logs"
)

// mistakes are what can't work, each with the key and the remedy.
func (c *collector) mistakes() []finding.Finding {
	var found []finding.Finding
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

func (c *collector) needs(key string, extension component.ID) []finding.Finding {
	if _, configured := c.extensions[extension]; !configured {
		return []finding.Finding{mistake(CheckExtension,
			fmt.Sprintf("%s names %s, which is not configured", key, extension),
			fmt.Sprintf("add %s to extensions and to service::extensions", extension))}
	}
	if !slices.Contains(c.enabled, extension) {
		return []finding.Finding{mistake(CheckExtension,
			fmt.Sprintf("%s names %s, which is not enabled", key, extension),
			fmt.Sprintf("add %s to service::extensions", extension))}
	}
	return nil
}

func mistake(check, what, remedy string) finding.Finding {
	return finding.Finding{Check: check, Severity: finding.Error, What: what, Remedy: remedy}
}

func (c *collector) wrongSignals() []finding.Finding {
	var found []finding.Finding
	for _, p := range c.pipelines {
		if signal, _, _ := strings.Cut(p.name, "/"); strings.TrimSpace(signal) == logsSignal {
			continue
		}
		for _, id := range p.exporters {
			if c.isActivity(id) {
				found = append(found, mistake(CheckSignal,
					fmt.Sprintf("service::pipelines::%s::exporters names %s, which takes logs alone", p.name, id),
					"remove it there, and name it in a pipeline of logs"))
			}
		}
	}
	return found
}
