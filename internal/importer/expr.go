package importer

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// expr is a value in a map file. eval returns nil when the record has no such
// value; the path is set when the value is word for word what is found there.
type expr interface {
	eval(r *record) (any, *Path)
}

// constExpr is the same for every record.
type constExpr struct{ value any }

func (e constExpr) eval(*record) (any, *Path) { return e.value, nil }

// noExpr never has a value.
type noExpr struct{}

func (noExpr) eval(*record) (any, *Path) { return nil, nil }

// pathExpr is what the record has at a path. Where a text is wanted, objects,
// arrays and the empty string count as absent, so that the next alternative
// gets its turn.
type pathExpr struct {
	path *Path
	text bool
}

func (e pathExpr) eval(r *record) (any, *Path) {
	v := r.find(e.path)
	if e.text && textOf(v) == "" {
		return nil, nil
	}
	if v == nil {
		return nil, nil
	}
	return v, e.path
}

// firstExpr is the first of its alternatives that has a value.
type firstExpr []expr

func (e firstExpr) eval(r *record) (any, *Path) {
	for _, alternative := range e {
		if v, p := alternative.eval(r); v != nil {
			return v, p
		}
	}
	return nil, nil
}

// templateExpr is its parts put together; without one of them it has no value.
type templateExpr []expr

func (e templateExpr) eval(r *record) (any, *Path) {
	var b strings.Builder
	for _, part := range e {
		v, _ := part.eval(r)
		if v == nil {
			return nil, nil
		}
		b.WriteString(textOf(v))
	}
	return b.String(), nil
}

// joinExpr is its parts put together, leaving out those without a value.
type joinExpr struct {
	parts     []expr
	separator string
}

func (e joinExpr) eval(r *record) (any, *Path) {
	var b strings.Builder
	for _, part := range e.parts {
		v, _ := part.eval(r)
		if v == nil {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(e.separator)
		}
		b.WriteString(textOf(v))
	}
	if b.Len() == 0 {
		return nil, nil
	}
	return b.String(), nil
}

// stepsExpr takes the value of source through the steps of a map file, in this
// order: when, match, case, lookup, default.
type stepsExpr struct {
	field    string
	source   expr
	when     conditions
	match    *regexp.Regexp
	letters  func(string) string
	lookup   map[string]*string
	fallback *string
}

func (e *stepsExpr) eval(r *record) (any, *Path) {
	if !e.when.hold(r) {
		return nil, nil
	}
	v, p := e.source.eval(r)
	if v != nil && (e.match != nil || e.letters != nil || e.lookup != nil) {
		v, p = e.transform(r, textOf(v)), nil
	}
	if v == nil && e.fallback != nil {
		return *e.fallback, nil
	}
	return v, p
}

// transform returns nil for a word that doesn't match, that the lookup doesn't
// know, or that it knows to stand for nothing.
func (e *stepsExpr) transform(r *record, word string) any {
	if e.match != nil {
		groups := e.match.FindStringSubmatch(word)
		if groups == nil {
			return nil
		}
		word = groups[min(1, len(groups)-1)]
	}
	if e.letters != nil {
		word = e.letters(word)
	}
	if e.lookup != nil {
		found, ok := e.lookup[word]
		switch {
		case !ok:
			r.notes.add(e.field, noteUnknownWord, word)
			return nil
		case found == nil:
			return nil
		}
		word = *found
	}
	if word == "" {
		return nil
	}
	return word
}

// textOf returns a scalar as text, and nothing for null, objects and arrays.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	default:
		return ""
	}
}

// snakeCase turns everything but letters and digits into single underscores.
func snakeCase(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, c := range s {
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('_')
		}
		gap = false
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
