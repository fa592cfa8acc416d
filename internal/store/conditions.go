package store

import (
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/otel-activity/otel-activity/internal/model"
)

// filterField is a part of Filter that compares one column with words.
type filterField struct {
	name   string // as FilterError and Dimension call it
	column string
	match  func(*Filter) Match
	words  []string                 // the only ones that it can have; nil is any
	value  func(string) (any, bool) // makes what Postgres takes; nil keeps the word
	want   string                   // what value wants
}

// The order is that of the conditions in the statement.
var filterFields = []filterField{
	{name: "project", column: "a.project_id", match: func(f *Filter) Match { return f.Project }},
	{name: "source", column: "a.source", match: func(f *Filter) Match { return f.Source }, words: model.SourceWords()},
	{name: "status", column: "a.status", match: func(f *Filter) Match { return f.Status }, words: model.StatusWords()},
	{name: "severity", column: "a.severity", match: func(f *Filter) Match { return f.Severity }, words: model.SeverityWords()},
	{name: "action", column: "a.action", match: func(f *Filter) Match { return f.Action }},
	{name: "entity_type", column: "a.entity_type", match: func(f *Filter) Match { return f.EntityType }},
	{name: "entity_id", column: "a.entity_id", match: func(f *Filter) Match { return f.EntityID }},
	{name: "actor", column: "a.actor_id", match: func(f *Filter) Match { return f.Actor }},
	{name: "on_behalf_of", column: "a.on_behalf_of", match: func(f *Filter) Match { return f.OnBehalfOf }},
	{name: "operation", column: "a.operation_id", match: func(f *Filter) Match { return f.Operation }},
	{name: "trace", column: "a.trace_id", match: func(f *Filter) Match { return f.Trace }, value: traceBytes, want: "want 32 hexadecimal digits"},
}

func traceBytes(word string) (any, bool) {
	b, err := hex.DecodeString(word)
	return b, err == nil && len(b) == len(model.TraceID{})
}

func (fd *filterField) convert(word string) (any, error) {
	if err := sendable(fd.name, word); err != nil {
		return nil, err
	}
	if fd.words != nil && !slices.Contains(fd.words, word) {
		return nil, &FilterError{Field: fd.name, Value: word, Reason: "want one of " + strings.Join(fd.words, ", ")}
	}
	if fd.value == nil {
		return word, nil
	}
	v, ok := fd.value(word)
	if !ok {
		return nil, &FilterError{Field: fd.name, Value: word, Reason: fd.want}
	}
	return v, nil
}

// sendable refuses what no column can hold and Postgres wouldn't even compare.
func sendable(name, word string) error {
	if utf8.ValidString(word) && !strings.Contains(word, "\x00") {
		return nil
	}
	return &FilterError{Field: name, Value: word, Reason: "want UTF-8 without NUL"}
}

// conditions collects what goes behind WHERE and the arguments of the whole
// statement. Its SQL is made of constants; what the user gave is only ever an
// argument.
type conditions struct {
	sql  strings.Builder
	args []any
}

func (c *conditions) bind(v any) string {
	c.args = append(c.args, v)
	return "$" + strconv.Itoa(len(c.args))
}

func (c *conditions) and(condition string) { c.sql.WriteString("\n  AND " + condition) }

// addFilter adds everything of f but its times, which are part of each statement.
func (c *conditions) addFilter(f *Filter) error {
	if f.nothing {
		c.and("false")
	}
	for i := range filterFields {
		if err := c.addField(&filterFields[i], filterFields[i].match(f)); err != nil {
			return err
		}
	}
	if err := c.addEntities(f.Entity); err != nil {
		return err
	}
	return c.addText(f.Text)
}

func (c *conditions) addField(fd *filterField, m Match) error {
	if len(m.Any) > 0 {
		condition, err := c.among(fd, m.Any)
		if err != nil {
			return err
		}
		c.and(condition)
	}
	if len(m.None) > 0 {
		condition, err := c.among(fd, m.None)
		if err != nil {
			return err
		}
		c.and("(" + condition + ") IS NOT TRUE")
	}
	return nil
}

// among compares one value by equality: a list, even of one, would cost the order
// of the index.
func (c *conditions) among(fd *filterField, words []string) (string, error) {
	values := make([]any, len(words))
	for i, word := range words {
		v, err := fd.convert(word)
		if err != nil {
			return "", err
		}
		values[i] = v
	}
	if len(values) == 1 {
		return fd.column + " = " + c.bind(values[0]), nil
	}
	return fd.column + " = ANY (" + c.bind(values) + ")", nil
}

func (c *conditions) addEntities(m EntityMatch) error {
	for _, e := range slices.Concat(m.Any, m.None) {
		if err := errors.Join(sendable("entity", e.Type), sendable("entity", e.ID)); err != nil {
			return err
		}
		if e == (Entity{}) {
			return &FilterError{Field: "entity", Reason: "want type:id, or one of the two"}
		}
	}
	if len(m.Any) > 0 {
		c.and("(" + c.entities(m.Any) + ")")
	}
	if len(m.None) > 0 {
		c.and("(" + c.entities(m.None) + ") IS NOT TRUE")
	}
	return nil
}

func (c *conditions) entities(entities []Entity) string {
	parts := make([]string, len(entities))
	for i, e := range entities {
		switch {
		case e.Type == "":
			parts[i] = "a.entity_id = " + c.bind(e.ID)
		case e.ID == "":
			parts[i] = "a.entity_type = " + c.bind(e.Type)
		default:
			parts[i] = "a.entity_type = " + c.bind(e.Type) + " AND a.entity_id = " + c.bind(e.ID)
		}
	}
	return strings.Join(parts, " OR ")
}

// searched is what a text is looked for in: one text a record, which takes half the
// time of a comparison with each column. The separator is none that people type.
const searched = `concat_ws(E'\x1f', a.action, a.entity_type, a.entity_id, a.entity_name, a.actor_id, a.actor_name, a.details, a.reason)`

var likeLiteral = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func (c *conditions) addText(text string) error {
	if text == "" {
		return nil
	}
	if err := sendable("text", text); err != nil {
		return err
	}
	c.and(searched + " ILIKE " + c.bind("%"+likeLiteral.Replace(text)+"%"))
	return nil
}
