package store

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestFilterChooses(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	trace, err := hex.DecodeString("0af7651916cd43dd8448eb211c80319c")
	require.NoError(t, err)
	insert(t, pool,
		row{at: noon, action: "a", project: "p1", status: "failure", severity: "critical", actor: "ann", entity: Entity{"order", "1"}},
		row{at: noon.Add(-time.Second), action: "b", project: "p2", source: "system", entity: Entity{"order", "2"}, trace: trace},
		row{at: noon.Add(-2 * time.Second), action: "c", actor: "bob", entity: Entity{"user", "1"}, details: `50% of a_b\c`},
		row{at: noon.Add(-3 * time.Second), action: "d", project: "p1", actor: "bob"})
	reader := NewReader(pool, ReaderSettings{})
	for name, test := range map[string]struct {
		filter Filter
		want   []string
	}{
		"one project":                {Filter{Project: Match{Any: []string{"p1"}}}, []string{"a", "d"}},
		"the project without a name": {Filter{Project: Match{Any: []string{""}}}, []string{"c"}},
		"several are or":             {Filter{Project: Match{Any: []string{"p1", "p2"}}}, []string{"a", "b", "d"}},
		"not one":                    {Filter{Action: Match{None: []string{"a"}}}, []string{"b", "c", "d"}},
		"not several":                {Filter{Action: Match{None: []string{"a", "d"}}}, []string{"b", "c"}},
		"not one, absent":            {Filter{Actor: Match{None: []string{"bob"}}}, []string{"a", "b"}},
		"different fields are and":   {Filter{Project: Match{Any: []string{"p1"}}, Actor: Match{Any: []string{"bob"}}}, []string{"d"}},
		"source, status, severity": {Filter{
			Source: Match{Any: []string{"user"}}, Status: Match{Any: []string{"failure", "pending"}}, Severity: Match{None: []string{"info"}},
		}, []string{"a"}},
		"one entity":        {Filter{Entity: EntityMatch{Any: []Entity{{"order", "1"}}}}, []string{"a"}},
		"entities are or":   {Filter{Entity: EntityMatch{Any: []Entity{{"order", "1"}, {"user", "1"}}}}, []string{"a", "c"}},
		"entity type":       {Filter{Entity: EntityMatch{Any: []Entity{{Type: "order"}}}}, []string{"a", "b"}},
		"entity id":         {Filter{Entity: EntityMatch{Any: []Entity{{ID: "1"}}}}, []string{"a", "c"}},
		"not an entity":     {Filter{Entity: EntityMatch{None: []Entity{{"order", "1"}}}}, []string{"b", "c", "d"}},
		"trace":             {Filter{Trace: Match{Any: []string{hex.EncodeToString(trace)}}}, []string{"b"}},
		"not a trace":       {Filter{Trace: Match{None: []string{hex.EncodeToString(trace)}}}, []string{"a", "c", "d"}},
		"one of two traces": {Filter{Trace: Match{Any: []string{hex.EncodeToString(trace), hex.EncodeToString(make([]byte, 16))}}}, []string{"b"}},
		"on behalf of":      {Filter{OnBehalfOf: Match{Any: []string{"ann"}}}, nil},
		"operation":         {Filter{Operation: Match{Any: []string{"o"}}}, nil},
		"text is literal":   {Filter{Text: `% OF A_B\`}, []string{"c"}},
		"no pattern":        {Filter{Text: `5_%`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, actions(every(t, reader, test.filter, PageRequest{Limit: 2})))
		})
	}
}

func TestFilterSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	reader := NewReader(pgtest.New(t), ReaderSettings{})
	for name, test := range map[string]struct {
		filter Filter
		want   string
	}{
		"word":        {Filter{Status: Match{Any: []string{"ok"}}}, `filter by status "ok": want one of unknown, success, failure, pending, canceled`},
		"not a word":  {Filter{Source: Match{None: []string{"x"}}}, `filter by source "x": want one of`},
		"trace":       {Filter{Trace: Match{Any: []string{"abc"}}}, `filter by trace "abc": want 32 hexadecimal digits`},
		"NUL":         {Filter{Actor: Match{Any: []string{"a\x00"}}}, `want UTF-8 without NUL`},
		"entity":      {Filter{Entity: EntityMatch{Any: []Entity{{}}}}, `filter by entity: want type:id`},
		"entity NUL":  {Filter{Entity: EntityMatch{None: []Entity{{Type: "\xff"}}}}, `want UTF-8 without NUL`},
		"text, UTF-8": {Filter{Text: "\xff"}, `want UTF-8 without NUL`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := reader.List(t.Context(), test.filter, PageRequest{})
			var wrong *FilterError
			require.ErrorAs(t, err, &wrong)
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err := reader.List(t.Context(), Filter{}, PageRequest{Limit: MaxPageSize + 1})
	require.EqualError(t, err, `filter by limit "1001": want 1 to 1000`)
}

func TestMatchAdd(t *testing.T) {
	t.Parallel()
	var m Match
	m.Add("a", "-b", "")
	require.Equal(t, Match{Any: []string{"a", ""}, None: []string{"b"}}, m)
	var e EntityMatch
	e.Add("order:a/b", "-user/7:x", "doc")
	require.Equal(t, EntityMatch{Any: []Entity{{"order", "a/b"}, {Type: "doc"}}, None: []Entity{{"user", "7:x"}}}, e)
}
