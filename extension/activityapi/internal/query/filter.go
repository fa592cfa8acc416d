package query

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

const maxTextLength = 1024

// filterOf reads the parameters that choose activities, which are the same
// wherever they are taken.
func filterOf(r *http.Request, now time.Time) (store.Filter, error) {
	query := r.URL.Query()
	f := store.Filter{Text: query.Get("q")}
	if utf8.RuneCountInString(f.Text) > maxTextLength {
		return f, problem.Bad("q", fmt.Sprintf("q is longer than %d characters", maxTextLength))
	}
	for name, match := range matches(&f) {
		match.Add(query[name]...)
	}
	var err error
	if f.From, err = instant(query, "from", now); err != nil {
		return f, err
	}
	if f.To, err = instant(query, "to", now); err != nil {
		return f, err
	}
	if !f.From.IsZero() && !f.To.IsZero() && !f.From.Before(f.To) {
		return f, problem.Bad("to", "to is not after from")
	}
	return f, nil
}

// matches are the parameters with several values and what they set.
func matches(f *store.Filter) map[string]*store.Match {
	return map[string]*store.Match{
		"projectId":   &f.Project,
		"severity":    &f.Severity,
		"status":      &f.Status,
		"source":      &f.Source,
		"action":      &f.Action,
		"entityType":  &f.EntityType,
		"entityId":    &f.EntityID,
		"actorId":     &f.Actor,
		"onBehalfOf":  &f.OnBehalfOf,
		"traceId":     &f.Trace,
		"operationId": &f.Operation,
	}
}

// parameterOf is the parameter that sets a field of a filter.
func parameterOf(field string) string {
	switch field {
	case "project":
		return "projectId"
	case "actor":
		return "actorId"
	case "trace":
		return "traceId"
	case "operation":
		return "operationId"
	case "entity":
		return "entityType"
	case "text":
		return "q"
	}
	return camel(field)
}

// camel is snake case as JSON has it: entity_type is entityType.
func camel(snake string) string {
	head, rest, _ := strings.Cut(snake, "_")
	var b strings.Builder
	b.WriteString(head)
	for part := range strings.SplitSeq(rest, "_") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

func snake(camel string) string {
	var b strings.Builder
	for _, c := range camel {
		if c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}

// instant reads a time, or a span before now; absent is zero.
func instant(query url.Values, name string, now time.Time) (time.Time, error) {
	text := query.Get(name)
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at, nil
	}
	if span, ok := parseSpan(text); ok {
		return now.Add(-span), nil
	}
	return time.Time{}, problem.Bad(name, fmt.Sprintf("%s is %q: write a time as in 2026-11-25T08:00:00Z, or a span before now as in 15m, 24h or 30d", name, text))
}

const (
	day  = 24 * time.Hour
	year = 366 * day
	// maxSpan is as far back as a span may reach: time.Duration ends at 292 years.
	maxSpan = 200 * year
)

var units = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': day, 'w': 7 * day, 'y': year}

func parseSpan(text string) (time.Duration, bool) {
	unit, ok := units[text[len(text)-1]]
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(text[:len(text)-1], 10, 32)
	if err != nil || time.Duration(n) > maxSpan/unit {
		return 0, false
	}
	return time.Duration(n) * unit, true
}

// within checks a number from 1 on against its bound; absent is the default.
func within(name string, value *int, most, otherwise int) (int, error) {
	if value == nil {
		return otherwise, nil
	}
	if *value < 1 || *value > most {
		return 0, problem.Bad(name, fmt.Sprintf("%s is %d: it can be from 1 to %d", name, *value, most))
	}
	return *value, nil
}

// word checks a value against those that there are; absent is the default.
func word[T interface {
	~string
	Valid() bool
}](name string, value, otherwise T,
) (T, error) {
	if value == "" {
		return otherwise, nil
	}
	if !value.Valid() {
		return value, problem.Bad(name, fmt.Sprintf("%s can't be %q; openapi.yaml lists its values", name, string(value)))
	}
	return value, nil
}
