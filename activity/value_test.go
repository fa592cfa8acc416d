package activity_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/activity"
)

func TestMetadataValues(t *testing.T) {
	t.Parallel()
	type word string
	type point struct {
		X int `json:"x"`
	}
	cyclic := map[string]any{}
	cyclic["self"] = cyclic
	for name, test := range map[string]struct{ in, want any }{
		"nil":               {nil, nil},
		"string":            {"s", "s"},
		"bool":              {true, true},
		"int":               {int32(-7), int64(-7)},
		"uint":              {uint8(7), int64(7)},
		"great uint":        {uint64(math.MaxUint64), "18446744073709551615"},
		"float":             {float32(0.5), 0.5},
		"time":              {time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), "2026-01-02T03:04:05.000000006Z"},
		"duration":          {1500 * time.Millisecond, "1.5s"},
		"error":             {errors.New("boom"), "boom"},
		"named string":      {word("w"), "w"},
		"struct":            {point{X: 3}, map[string]any{"x": int64(3)}},
		"pointer":           {&point{X: 3}, map[string]any{"x": int64(3)}},
		"slice of structs":  {[]point{{1}, {2}}, []any{map[string]any{"x": int64(1)}, map[string]any{"x": int64(2)}}},
		"map of ints":       {map[string]int{"a": 1}, map[string]any{"a": int64(1)}},
		"nested":            {map[string]any{"a": []any{1, "b"}}, map[string]any{"a": []any{int64(1), "b"}}},
		"attribute value":   {attribute.StringValue("bad \xff"), "bad \uFFFD"},
		"bad bytes":         {"a\xffb", "a\uFFFDb"},
		"bad bytes in list": {[]string{"ok", "\xff"}, []string{"ok", "\uFFFD"}},
		"channel":           {make(chan int), "!ERROR: json: unsupported type: chan int"},
		"panicking":         {panicking{}, "!PANIC: no text"},
		"panicking pointer": {(*cardError)(nil), "declined"},
		"nil stringer":      {(*nilStringer)(nil), "!PANIC: runtime error: invalid memory address or nil pointer dereference"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recorder, records := newRecorder()
			recorder.Record(t.Context(), activity.Activity{Action: "a.b", Metadata: map[string]any{"v": test.in}})
			got := attributes(records.only(t))["activity.metadata"].(map[string]any)
			require.Equal(t, test.want, got["v"])
		})
	}
	t.Run("value that contains itself", func(t *testing.T) {
		t.Parallel()
		recorder, records := newRecorder()
		recorder.Record(t.Context(), activity.Activity{Action: "a.b", Metadata: cyclic})
		require.Contains(t, fmt.Sprint(attributes(records.only(t))), "!TOO DEEP")
	})
}

type cardError struct{}

func (*cardError) Error() string { return "declined" }

type classError string

func (e classError) Error() string     { return "class " + string(e) }
func (e classError) ErrorType() string { return string(e) }

type panicking struct{}

func (panicking) String() string { panic("no text") }
func (panicking) Error() string  { panic("no text") }

type nilStringer struct{ text string }

func (s *nilStringer) String() string { return s.text }

func TestTextIsAlwaysUTF8(t *testing.T) {
	t.Parallel()
	bad := "bad \xff"
	recorder, records := newRecorder()
	recorder.Record(t.Context(), activity.Activity{
		Action: bad, Details: bad, Reason: bad, ID: bad, ProjectID: bad, OperationID: bad,
		Source: activity.Source(bad), Status: activity.Status(bad), Severity: activity.Severity(bad),
		Entity:   activity.Entity{Type: bad, ID: bad, Name: bad},
		Actor:    activity.Actor{ID: bad, Name: bad, Email: bad, Roles: []string{bad}},
		Metadata: map[string]any{bad: bad},
		Err:      errors.New(bad),
		Attributes: []attribute.KeyValue{
			attribute.String(bad, bad),
			attribute.StringSlice("list", []string{bad}),
			{Key: "slice", Value: attribute.SliceValue(attribute.StringValue(bad))},
			{Key: "map", Value: attribute.MapValue(attribute.String(bad, bad))},
		},
	})
	record := records.only(t)
	all := fmt.Sprint(record.EventName(), record.SeverityText(), record.Body().AsString(), attributes(record))
	require.NotContains(t, all, "\xff")
	require.Contains(t, all, "\uFFFD")
}
