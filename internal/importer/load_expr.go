package importer

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// expr reads a value. text says that a text is wanted, not any JSON value.
func (l *loader) expr(n *yaml.Node, text bool) expr {
	n = resolve(n)
	switch {
	case isNull(n):
		return noExpr{}
	case n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Value, "/"):
		return pathExpr{l.path(n, l.field), text}
	case n.Kind == yaml.ScalarNode:
		return l.constant(n, text)
	case n.Kind == yaml.SequenceNode:
		list := make(firstExpr, 0, len(n.Content))
		for _, item := range n.Content {
			list = append(list, l.expr(item, text))
		}
		return list
	default:
		return l.steps(n, text)
	}
}

func (l *loader) constant(n *yaml.Node, text bool) expr {
	if !text && n.Style == 0 {
		return constExpr{jsonValue(n.Value, n.Tag)}
	}
	l.checkWord(n, n.Value)
	return constExpr{n.Value}
}

// checkWord refuses a word that the field can't hold.
func (l *loader) checkWord(n *yaml.Node, word string) {
	if l.words == nil || slices.Contains(l.words, word) {
		return
	}
	if l.field == textFieldNames[fieldStatus] && word == "unknown" {
		l.fault(n, `status %q is what the store writes for a record that claims nothing; leave the status without a value: ~`, word)
		return
	}
	l.fault(n, "%s can't be %q; %s", l.field, word, suggest(word, l.words))
}

func (l *loader) alternatives(paths []*Path, text bool) expr {
	list := make(firstExpr, 0, len(paths))
	for _, p := range paths {
		list = append(list, pathExpr{p, text})
	}
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// steps reads a mapping with one source and the steps that its value goes
// through.
func (l *loader) steps(n *yaml.Node, text bool) expr {
	s := &stepsExpr{field: l.field}
	var sources []string
	source := func(name string, read func(v *yaml.Node) expr) entry {
		return func(v *yaml.Node) {
			sources = append(sources, name)
			s.source = read(v)
		}
	}
	transformed := has(n, "lookup") || has(n, "case") || has(n, "match")
	separator := ""
	l.mapping(n, "a value", map[string]entry{
		"path":  source("path", func(v *yaml.Node) expr { return l.alternatives(l.paths(v), text || transformed) }),
		"value": source("value", func(v *yaml.Node) expr { return l.constant(v, text) }),
		"param": source("param", func(v *yaml.Node) expr { return l.parameter(v, l.text(v, "param")) }),
		"first": source("first", func(v *yaml.Node) expr {
			if !transformed {
				return l.expr(v, text)
			}
			return l.anyWord(func() expr { return l.expr(v, true) })
		}),
		"template": source("template", func(v *yaml.Node) expr { return l.template(v) }),
		"join":     source("join", func(v *yaml.Node) expr { return l.anyWord(func() expr { return l.join(v) }) }),
		"with":     func(v *yaml.Node) { separator = l.text(v, "with") },
		"when":     func(v *yaml.Node) { s.when = l.conditions(v) },
		"match":    func(v *yaml.Node) { s.match = l.regexp(v) },
		"case":     func(v *yaml.Node) { s.letters = l.letters(v) },
		"lookup":   func(v *yaml.Node) { s.lookup = l.lookup(v) },
		"default":  func(v *yaml.Node) { l.checkWord(v, l.text(v, "default")); s.fallback = &v.Value },
	})
	if len(sources) != 1 {
		l.fault(n, "a value needs exactly one of path, value, param, first, template, join; this one has %d", len(sources))
		return noExpr{}
	}
	if j, ok := s.source.(joinExpr); ok {
		j.separator = separator
		s.source = j
	} else if has(n, "with") {
		l.fault(n, `"with" goes together with "join"`)
	}
	return s
}

// anyWord reads what may be any word: not what comes out of a lookup, but what
// goes in.
func (l *loader) anyWord(read func() expr) expr {
	words := l.words
	l.words = nil
	defer func() { l.words = words }()
	return read()
}

func (l *loader) join(n *yaml.Node) expr {
	if n.Kind != yaml.SequenceNode {
		l.fault(n, "join must be a list of values")
		return noExpr{}
	}
	j := joinExpr{}
	for _, part := range n.Content {
		j.parts = append(j.parts, l.expr(part, true))
	}
	return j
}

func (l *loader) parameter(n *yaml.Node, name string) expr {
	value, ok := l.parameters[name]
	if !ok {
		l.fault(n, `there is no parameter %q; declare it below "parameters"`, name)
	}
	return constExpr{value}
}

var placeholder = regexp.MustCompile(`\$\$|\$\{([^}]*)\}`)

// template reads a text with ${/path} and ${parameter} in it; $$ is a dollar.
func (l *loader) template(n *yaml.Node) expr {
	text := l.text(n, "template")
	var parts templateExpr
	end := 0
	for _, at := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		if at[0] > end {
			parts = append(parts, constExpr{text[end:at[0]]})
		}
		end = at[1]
		if at[2] < 0 {
			parts = append(parts, constExpr{"$"})
			continue
		}
		name := text[at[2]:at[3]]
		if !strings.HasPrefix(name, "/") {
			parts = append(parts, l.parameter(n, name))
			continue
		}
		p, err := ParsePath(name)
		if err != nil {
			l.fault(n, "%v", err)
		}
		parts = append(parts, pathExpr{p, true})
	}
	if end < len(text) {
		parts = append(parts, constExpr{text[end:]})
	}
	return parts
}

func (l *loader) regexp(n *yaml.Node) *regexp.Regexp {
	re, err := regexp.Compile(l.text(n, "match"))
	if err != nil {
		l.fault(n, "match %q is no regular expression: %v", n.Value, err)
	}
	return re
}

func (l *loader) letters(n *yaml.Node) func(string) string {
	switch l.text(n, "case") {
	case "lower":
		return strings.ToLower
	case "upper":
		return strings.ToUpper
	case "snake":
		return snakeCase
	default:
		l.fault(n, "case %q is none of lower, upper, snake", n.Value)
		return nil
	}
}

// lookup reads a table of words. ~ makes a word known that stands for nothing.
func (l *loader) lookup(n *yaml.Node) map[string]*string {
	table := map[string]*string{}
	l.eachPair(n, "lookup", func(key, value *yaml.Node) {
		if isNull(value) {
			table[key.Value] = nil
			return
		}
		text := l.text(value, "lookup of "+key.Value)
		l.checkWord(value, text)
		table[key.Value] = &text
	})
	return table
}

// conditions reads what paths must lead to.
func (l *loader) conditions(n *yaml.Node) conditions {
	list := conditions{}
	l.eachPair(n, "when", func(key, value *yaml.Node) {
		c := condition{path: l.path(key, "when")}
		if value.Kind != yaml.MappingNode {
			c.is = l.texts(value, "when")
			list = append(list, c)
			return
		}
		l.mapping(value, "a condition", map[string]entry{
			"is":    func(v *yaml.Node) { c.is = l.texts(v, "is") },
			"not":   func(v *yaml.Node) { c.not = l.texts(v, "not") },
			"match": func(v *yaml.Node) { c.match = l.regexp(v) },
			"exists": func(v *yaml.Node) {
				exists := l.flag(v, "exists")
				c.exists = &exists
			},
		})
		list = append(list, c)
	})
	return list
}
