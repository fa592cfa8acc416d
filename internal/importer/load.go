package importer

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/otel-activity/otel-activity/semconv"
)

// LoadMap reads a map file. parameters are the values for what the map declares
// below "parameters". The error names each fault with its line and remedy.
func LoadMap(text []byte, parameters map[string]string) (*Map, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Content) == 0 {
		return nil, errors.New(`the map is empty: it needs at least "name" and "activity" with "time" and "action"`)
	}
	l := &loader{given: parameters}
	m := l.mapFile(document.Content[0])
	if len(l.faults) > 0 {
		return nil, errors.Join(l.faults...)
	}
	return m, nil
}

// loader turns YAML nodes into a Map. It goes on after a fault, so that all of
// them are reported at once.
type loader struct {
	given      map[string]string
	parameters map[string]string
	faults     []error
	// field is the name of the field that is being read, for Notes, and words are
	// those that it may hold.
	field string
	words []string
}

func (l *loader) fault(n *yaml.Node, format string, args ...any) {
	l.faults = append(l.faults, fmt.Errorf("line %d: %s", n.Line, fmt.Sprintf(format, args...)))
}

// entry is what reads the value of one key.
type entry = func(value *yaml.Node)

// mapping calls the entry of each key, in the order of the file, and refuses the
// other keys.
func (l *loader) mapping(n *yaml.Node, what string, entries map[string]entry) {
	l.eachPair(n, what, func(key, value *yaml.Node) {
		read, ok := entries[key.Value]
		if !ok {
			l.fault(key, "%s has no %q; %s", what, key.Value, suggest(key.Value, slices.Sorted(maps.Keys(entries))))
			return
		}
		read(value)
	})
}

// eachPair calls visit for each key of a mapping.
func (l *loader) eachPair(n *yaml.Node, what string, visit func(key, value *yaml.Node)) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		l.fault(n, "%s must be a mapping of keys to values", what)
		return
	}
	seen := map[string]int{}
	for i := 0; i < len(n.Content); i += 2 {
		key, value := resolve(n.Content[i]), resolve(n.Content[i+1])
		if first, ok := seen[key.Value]; ok {
			l.fault(key, "%q is already on line %d; remove one of the two", key.Value, first)
			continue
		}
		seen[key.Value] = key.Line
		visit(key, value)
	}
}

// text returns the text of a scalar.
func (l *loader) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode {
		l.fault(n, "%s must be a text", what)
		return ""
	}
	return n.Value
}

func (l *loader) flag(n *yaml.Node, what string) bool {
	var b bool
	if n.Kind != yaml.ScalarNode || n.Decode(&b) != nil {
		l.fault(n, "%s must be true or false", what)
	}
	return b
}

// texts returns the texts of a scalar or of a list of scalars.
func (l *loader) texts(n *yaml.Node, what string) []string {
	if n.Kind != yaml.SequenceNode {
		return []string{l.text(n, what)}
	}
	list := make([]string, 0, len(n.Content))
	for _, item := range n.Content {
		list = append(list, l.text(resolve(item), "an entry of "+what))
	}
	return list
}

func (l *loader) path(n *yaml.Node, what string) *Path {
	p, err := ParsePath(l.text(n, what))
	if err != nil {
		l.fault(n, "%s: %v", what, err)
		return &Path{text: n.Value}
	}
	return p
}

func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (l *loader) mapFile(n *yaml.Node) *Map {
	m := &Map{}
	var resource, activity, cases *yaml.Node
	later := func(place **yaml.Node) entry { return func(v *yaml.Node) { *place = v } }
	// Values can use parameters, so those come first, wherever they are.
	var parameters *yaml.Node
	l.mapping(n, "a map", map[string]entry{
		"name":        func(v *yaml.Node) { m.Name = l.text(v, "name") },
		"description": func(v *yaml.Node) { l.text(v, "description") },
		"ignore_case": func(v *yaml.Node) { m.foldCase = l.flag(v, "ignore_case") },
		"parameters":  later(&parameters),
		"resource":    later(&resource),
		"activity":    later(&activity),
		"cases":       later(&cases),
	})
	l.declare(parameters)
	m.salt = saltOf(m.Name, l.parameters)
	if m.Name == "" {
		l.fault(n, `the map has no "name"; the name tells its records from those of other sources, even where lines are the same`)
	}
	if activity == nil {
		l.fault(n, `the map has no "activity", which says where the fields come from`)
		return m
	}
	l.resource(n, resource, m)
	l.activity(activity, &m.base)
	l.cases(cases, m)
	l.require(activity, m)
	return m
}

// declare takes the values of parameters: given ones, else the map's.
func (l *loader) declare(n *yaml.Node) {
	l.parameters = map[string]string{}
	if n != nil {
		l.eachPair(n, "parameters", func(key, value *yaml.Node) {
			text, ok := l.given[key.Value]
			if !ok && isNull(value) {
				l.fault(key, "parameter %q has no value; give it one with --param %s=VALUE", key.Value, key.Value)
			}
			if !ok {
				text = l.text(value, "parameter "+key.Value)
			}
			l.parameters[key.Value] = text
		})
	}
	for _, name := range slices.Sorted(maps.Keys(l.given)) {
		if _, ok := l.parameters[name]; !ok {
			l.faults = append(l.faults, fmt.Errorf("the map has no parameter %q; %s", name, suggest(name, slices.Sorted(maps.Keys(l.parameters)))))
		}
	}
}

// resource reads the Resource's attributes, which can't come from records: all
// records of an import share them.
func (l *loader) resource(file, n *yaml.Node, m *Map) {
	service := string(semconv.ServiceNameKey)
	named := false
	if n != nil {
		l.eachPair(n, "resource", func(key, value *yaml.Node) {
			l.field, l.words = "resource."+key.Value, nil
			e := l.expr(value, false)
			// A record without anything: what has a value now has it always.
			if v, _ := e.eval(&record{notes: &notes{}}); v == nil {
				l.fault(value, "resource %q must be a constant or a parameter: all records share the resource", key.Value)
			}
			m.resource = append(m.resource, namedExpr{key.Value, e})
			named = named || key.Value == service
		})
	}
	if !named {
		l.fault(cmpNode(n, file), "resource has no %q, the application that the records come from", service)
	}
}

func cmpNode(n, otherwise *yaml.Node) *yaml.Node {
	if n == nil {
		return otherwise
	}
	return n
}

func (l *loader) cases(n *yaml.Node, m *Map) {
	if n == nil {
		return
	}
	if n.Kind != yaml.SequenceNode {
		l.fault(n, `cases must be a list of entries with "when" and "activity"`)
		return
	}
	for _, item := range n.Content {
		c := mapCase{fields: m.base}
		l.mapping(item, "a case", map[string]entry{
			"when":     func(v *yaml.Node) { c.when = l.conditions(v) },
			"activity": func(v *yaml.Node) { l.activity(v, &c.fields) },
		})
		if c.when == nil {
			l.fault(item, `a case needs "when"; what holds for all records belongs into "activity" of the map`)
		}
		m.cases = append(m.cases, c)
	}
}

// require refuses a map that leaves records without a time or an action.
func (l *loader) require(activity *yaml.Node, m *Map) {
	all := []*fields{&m.base}
	for i := range m.cases {
		all = append(all, &m.cases[i].fields)
	}
	var missing []string
	for _, f := range all[min(1, len(all)-1):] {
		if len(f.time.alternatives) == 0 && f.time.fallback == nil && !slices.Contains(missing, "time") {
			missing = append(missing, "time")
		}
		if f.texts[fieldAction] == nil && !slices.Contains(missing, "action") {
			missing = append(missing, "action")
		}
	}
	if missing != nil {
		l.fault(activity, "activity has no %s; every activity has both a time and an action", strings.Join(missing, " and no "))
	}
}
