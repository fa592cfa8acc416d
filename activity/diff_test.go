package activity_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
)

type audit struct {
	UpdatedAt time.Time `json:"updated_at"`
	UpdatedBy string    `activity:"-"`
}

type account struct {
	audit

	ID       string            `json:"id"`
	Email    string            `json:"email,omitempty"`
	Password string            `activity:"mask" json:"password"`
	Token    string            `json:"-"`
	Limits   map[string]int    `json:"limits"`
	Owner    *account          `json:"owner"`
	Labels   []string          `json:"labels"`
	Any      any               `json:"any"`
	secret   string            //nolint:unused // it must not show
	Extra    map[string]string `json:"extra"`
}

func TestDiffTellsWhatChanged(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	before := account{
		audit: audit{UpdatedAt: noon, UpdatedBy: "a"}, ID: "1", Email: "a@example.org", Password: "old", Token: "t",
		Limits: map[string]int{"a": 1, "b": 2}, Labels: []string{"x"},
	}
	after := before
	after.UpdatedAt = noon.In(time.FixedZone("CET", 3600))
	after.UpdatedBy, after.Token, after.Password, after.Email = "b", "u", "new", "b@example.org"
	after.Limits = map[string]int{"b": 2, "a": 1}
	after.Labels = []string{"x", "y"}

	got := activity.Diff(before, &after)
	require.Equal(t, []string{"email", "labels", "password"}, got.Fields)
	recorder, records := newRecorder()
	recorder.Record(t.Context(), activity.Activity{Action: "a.b", Changes: got})
	recorded := attributes(records.only(t))
	require.Equal(t, map[string]any{"email": "a@example.org", "password": "***", "labels": []any{"x"}}, texts(recorded["activity.changes.before"]))
	require.Equal(t, map[string]any{"email": "b@example.org", "password": "***", "labels": []any{"x", "y"}}, texts(recorded["activity.changes.after"]))
}

// texts makes lists of texts and lists of anything alike.
func texts(v any) any {
	for k, e := range v.(map[string]any) {
		if list, ok := e.([]string); ok {
			all := make([]any, len(list))
			for i, s := range list {
				all[i] = s
			}
			v.(map[string]any)[k] = all
		}
	}
	return v
}

func TestDiffOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	type row struct {
		ID   int `json:"id"`
		Note *string
	}
	made := activity.Diff(nil, row{ID: 1})
	require.Equal(t, activity.Changes{Before: map[string]any{}, After: map[string]any{"id": int64(1), "Note": nil}, Fields: []string{"Note", "id"}}, made)
	removed := activity.Diff(&row{ID: 1}, (*row)(nil))
	require.Equal(t, map[string]any{"id": int64(1), "Note": nil}, removed.Before)
	require.Empty(t, removed.After)
	require.Empty(t, activity.Diff(row{ID: 1}, &row{ID: 1}).Fields)
	require.Empty(t, activity.Diff(nil, nil).Fields)
	require.Equal(t, []string{"value"}, activity.Diff(1, 2).Fields)
	require.Equal(t, []string{"a", "c"}, activity.Diff(map[string]any{"a": 1, "b": 1}, map[string]any{"b": 1, "c": nil}).Fields)
}

func TestDiffSurvivesAnything(t *testing.T) {
	t.Parallel()
	type loop struct {
		Self *loop
		Map  map[string]any
		Fn   func()
		Ch   chan int
		Err  error
	}
	a := &loop{Err: panicking{}, Fn: func() {}}
	a.Self = a
	a.Map = map[string]any{"a": a}
	a.Map["map"] = a.Map
	b := &loop{Map: a.Map, Ch: make(chan int)}
	require.NotPanics(t, func() {
		recorder, _ := newRecorder()
		recorder.Record(t.Context(), activity.Activity{Action: "a.b", Changes: activity.Diff(a, b)})
		activity.Diff(a, a)
		type deep ****int
		activity.Diff(deep(nil), make(chan int))
	})
}

func TestDoRecordsWhatItChanged(t *testing.T) {
	t.Parallel()
	recorder, records := newRecorder()
	order := map[string]any{"status": "open", "lines": []any{"a"}}
	change := func(err error) func(context.Context) error {
		return func(context.Context) error {
			order["status"] = "paid"
			order["lines"].([]any)[0] = "b"
			return err
		}
	}
	require.NoError(t, recorder.Do(t.Context(), "order.pay", change(nil), activity.WithChanges(order, order)))
	got := attributes(records.only(t))
	require.Equal(t, map[string]any{"status": "open", "lines": []any{"a"}}, got["activity.changes.before"])
	require.Equal(t, map[string]any{"status": "paid", "lines": []any{"b"}}, got["activity.changes.after"])
	require.Equal(t, []string{"lines", "status"}, got["activity.changes.fields"])

	order["status"] = "open"
	require.Error(t, recorder.Do(t.Context(), "order.pay", change(errors.New("declined")), activity.WithChanges(order, order)))
	require.NotContains(t, attributes(&records.records[1]), "activity.changes.after")
}
