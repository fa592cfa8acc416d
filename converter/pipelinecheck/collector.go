package pipelinecheck

import (
	"maps"
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
)

// collector is what the checks need of a configuration. What is written wrongly
// is left out: the Collector itself reports it, in better words.
type collector struct {
	exporters  map[component.ID]section
	extensions map[component.ID]section
	connectors map[component.ID]section
	enabled    []component.ID // extensions
	pipelines  []pipeline     // by name
}

type pipeline struct {
	name       string
	receivers  []component.ID
	processors []component.ID
	exporters  []component.ID
}

func read(conf *confmap.Conf) *collector {
	top := section(conf.ToStringMap())
	service := top.section("service")
	c := &collector{
		exporters:  top.section("exporters").components(),
		extensions: top.section("extensions").components(),
		connectors: top.section("connectors").components(),
		enabled:    service.ids("extensions"),
	}
	pipelines := service.section("pipelines")
	for _, name := range slices.Sorted(maps.Keys(pipelines)) {
		p := pipelines.section(name)
		c.pipelines = append(c.pipelines, pipeline{
			name:       name,
			receivers:  p.ids("receivers"),
			processors: p.ids("processors"),
			exporters:  p.ids("exporters"),
		})
	}
	return c
}

// section is a part of the configuration; nil is an empty one.
type section map[string]any

func (s section) section(key string) section {
	part, _ := s[key].(map[string]any)
	return part
}

func (s section) components() map[component.ID]section {
	found := make(map[component.ID]section, len(s))
	for key := range s {
		if id, ok := parseID(key); ok {
			found[id] = s.section(key)
		}
	}
	return found
}

func (s section) ids(key string) []component.ID {
	list, _ := s[key].([]any)
	var found []component.ID
	for _, entry := range list {
		if id, ok := parseID(entry); ok {
			found = append(found, id)
		}
	}
	return found
}

// id is the component that a key names; false when it names none.
func (s section) id(key string) (component.ID, bool) { return parseID(s[key]) }

// is tells whether a key is set to the value.
func (s section) is(key string, value bool) bool {
	found, ok := s[key].(bool)
	return ok && found == value
}

func parseID(value any) (component.ID, bool) {
	var id component.ID
	text, ok := value.(string)
	if !ok || id.UnmarshalText([]byte(text)) != nil {
		return component.ID{}, false
	}
	return id, true
}
