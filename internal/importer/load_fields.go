package importer

import (
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// activity reads where fields come from, over what f has already.
func (l *loader) activity(n *yaml.Node, f *fields) {
	entries := map[string]entry{
		"time":       func(v *yaml.Node) { l.time(v, f) },
		"duration":   func(v *yaml.Node) { l.duration(v, f) },
		"changes":    func(v *yaml.Node) { l.changes(v, f) },
		"metadata":   func(v *yaml.Node) { l.metadata(v, f) },
		"attributes": func(v *yaml.Node) { f.attributes = l.named(v, "attributes", f.attributes) },
	}
	groups := map[string]map[string]entry{}
	for field, name := range textFieldNames {
		read := func(v *yaml.Node) { l.textField(v, textField(field), f) }
		group, member, grouped := strings.Cut(name, ".")
		if !grouped {
			entries[name] = read
			continue
		}
		if groups[group] == nil {
			groups[group] = map[string]entry{}
			entries[group] = func(v *yaml.Node) { l.mapping(v, group, groups[group]) }
		}
		groups[group][member] = read
	}
	l.mapping(n, "activity", entries)
}

func (l *loader) textField(n *yaml.Node, field textField, f *fields) {
	l.field, l.words = textFieldNames[field], field.words()
	f.texts[field] = l.expr(n, true)
}

// time reads alternatives and the default: a path, a list, or a mapping with
// "from" and "default".
func (l *loader) time(n *yaml.Node, f *fields) {
	l.field, l.words = "time", nil
	f.time = timeExpr{}
	from := n
	if n.Kind == yaml.MappingNode && (has(n, "from") || has(n, "default")) {
		from = nil
		l.mapping(n, "time", map[string]entry{
			"from": func(v *yaml.Node) { from = v },
			"default": func(v *yaml.Node) {
				at, err := readAuto(l.text(v, "default"), time.UTC)
				if err != nil {
					l.fault(v, "default %q %v; write it like 2024-01-31T12:00:00Z", v.Value, err)
				}
				f.time.fallback = &at
			},
		})
	}
	if from == nil {
		return
	}
	list := []*yaml.Node{from}
	if from.Kind == yaml.SequenceNode {
		list = from.Content
	}
	for _, item := range list {
		f.time.alternatives = append(f.time.alternatives, l.timeAlternative(resolve(item))...)
	}
}

func (l *loader) timeAlternative(n *yaml.Node) []timeAlternative {
	format, zone := formatAuto, time.UTC
	var when conditions
	var paths []*Path
	formatNode := n
	if n.Kind == yaml.ScalarNode {
		paths = []*Path{l.path(n, "time")}
	} else {
		l.mapping(n, "a time", map[string]entry{
			"path":   func(v *yaml.Node) { paths = l.paths(v) },
			"when":   func(v *yaml.Node) { when = l.conditions(v) },
			"format": func(v *yaml.Node) { format, formatNode = l.text(v, "format"), v },
			"zone": func(v *yaml.Node) {
				z, err := time.LoadLocation(l.text(v, "zone"))
				if err != nil {
					l.fault(v, "zone %q is unknown; write it like Europe/Berlin", v.Value)
					return
				}
				zone = z
			},
		})
		if paths == nil {
			l.fault(n, `a time needs a "path"`)
		}
	}
	read, err := newInstantReader(format, zone)
	if err != nil {
		l.fault(formatNode, "format %q %v", format, err)
	}
	list := make([]timeAlternative, 0, len(paths))
	for _, p := range paths {
		list = append(list, timeAlternative{when: when, path: p, read: read})
	}
	return list
}

var durationUnits = map[string]time.Duration{
	"s": time.Second, "ms": time.Millisecond, "us": time.Microsecond, "ns": time.Nanosecond,
}

func (l *loader) duration(n *yaml.Node, f *fields) {
	l.field, l.words = "duration", nil
	d := &durationExpr{unit: time.Second}
	f.duration = d
	if n.Kind != yaml.MappingNode || !has(n, "unit") {
		d.source = l.expr(n, true)
		return
	}
	d.source = noExpr{}
	l.mapping(n, "duration", map[string]entry{
		"path": func(v *yaml.Node) { d.source = l.alternatives(l.paths(v), true) },
		"unit": func(v *yaml.Node) {
			unit, ok := durationUnits[l.text(v, "unit")]
			if !ok {
				l.fault(v, "unit %q is none of s, ms, us, ns", v.Value)
			}
			d.unit = unit
		},
	})
}

func (l *loader) changes(n *yaml.Node, f *fields) {
	l.mapping(n, "changes", map[string]entry{
		"before": func(v *yaml.Node) { f.before = l.object(v, "changes.before") },
		"after":  func(v *yaml.Node) { f.after = l.object(v, "changes.after") },
		"fields": func(v *yaml.Node) {
			l.field, l.words = "changes.fields", nil
			f.changed = l.expr(v, false)
		},
	})
}

// object reads a path to an object, or a mapping with "path" or "set".
func (l *loader) object(n *yaml.Node, what string) objectExpr {
	o := objectExpr{field: what}
	if n.Kind == yaml.ScalarNode {
		o.path = l.path(n, what)
		return o
	}
	l.mapping(n, what, map[string]entry{
		"path": func(v *yaml.Node) { o.path = l.path(v, what) },
		"set":  func(v *yaml.Node) { o.set = l.named(v, what, nil) },
	})
	return o
}

func (l *loader) metadata(n *yaml.Node, f *fields) {
	l.mapping(n, "metadata", map[string]entry{
		"keep": func(v *yaml.Node) {
			f.metadata.keep = keep(l.text(v, "keep"))
			if k := f.metadata.keep; k != keepNone && k != keepAll && k != keepRest {
				l.fault(v, "keep %q is none of none, rest, all", v.Value)
			}
		},
		"drop": func(v *yaml.Node) { f.metadata.drop = l.paths(v) },
		"set":  func(v *yaml.Node) { f.metadata.set = l.named(v, "metadata", f.metadata.set) },
	})
}

// named reads a mapping of names to values over the list of a map that holds for
// all records.
func (l *loader) named(n *yaml.Node, what string, list []namedExpr) []namedExpr {
	l.eachPair(n, what, func(key, value *yaml.Node) {
		l.field, l.words = what+"."+key.Value, nil
		list = withNamed(list, key.Value, l.expr(value, false))
	})
	return list
}

func (l *loader) paths(n *yaml.Node) []*Path {
	if n.Kind != yaml.SequenceNode {
		return []*Path{l.path(n, "path")}
	}
	list := make([]*Path, 0, len(n.Content))
	for _, item := range n.Content {
		list = append(list, l.path(resolve(item), "path"))
	}
	return list
}

func has(n *yaml.Node, key string) bool {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}
