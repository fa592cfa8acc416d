package logmap_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
)

// requireRepaired takes the words of activity.repaired with spaces between them.
func requireRepaired(tb testing.TB, a model.Activity, words string) {
	tb.Helper()
	var attributes struct {
		Repaired []string `json:"activity.repaired"`
	}
	if a.Attributes != nil {
		require.NoError(tb, json.Unmarshal(a.Attributes, &attributes), string(a.Attributes))
	}
	require.Equal(tb, words, strings.Join(attributes.Repaired, " "))
}

func TestBadCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range textColumns {
		name := strings.ReplaceAll(strings.TrimSuffix(c.column, "_id"), "_", ".")
		switch c.column {
		case "client_address", "on_behalf_of", "entity_type", "entity_name", "actor_name":
			name = strings.ReplaceAll(c.column, "_", ".")
		}
		if name == "on.behalf.of" {
			name = "on_behalf_of"
		}
		if strings.HasSuffix(c.column, "_id") {
			name += ".id"
		}
		for kind, text := range map[string]string{"nul": "4\x002", "utf8": "4\xff2", "nul utf8": "4\x00\xff2"} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				ld, _ := single(t, attrs{{c.names[0], text}})
				activities, _, stats := mapAll(t, ld)
				require.Equal(t, strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD"), c.get(activities[0]))
				words := strings.Fields(kind)
				for i := range words {
					words[i] = name + ":" + words[i]
				}
				requireRepaired(t, activities[0], strings.Join(words, " "))
				require.Equal(t, 1, stats.Repaired)
			})
		}
	}
}

// Long texts take the path with eight characters at a time.
func TestBadCharacterAnywhere(t *testing.T) {
	t.Parallel()
	for length := range 40 {
		for at := range length {
			for _, bad := range []string{"\x00", "\x80", "\xff"} {
				text := strings.Repeat("a", at) + bad + strings.Repeat("b", length-at-1)
				want := strings.ReplaceAll(text, bad, "\uFFFD")
				a := mapAttrs(t, attrs{{"activity.entity.id", text}, {text, text}})
				require.Equal(t, want, a.EntityID)
				require.Contains(t, string(a.Attributes), fmt.Sprintf("%q:%q", want, want))
			}
			good := strings.Repeat("a", at) + "é\x01" + strings.Repeat("b", length-at)
			a := mapAttrs(t, attrs{{"activity.entity.id", good}})
			require.Equal(t, good, a.EntityID)
			requireRepaired(t, a, "")
		}
	}
}

func TestBadCharactersInDocuments(t *testing.T) {
	t.Parallel()
	a := mapAttrs(t, attrs{
		{"note\x00", "x\xffy"},
		{"activity.metadata.k", list{"\x00"}},
		{"activity.changes.before.k", "\xfe"},
	})
	require.JSONEq(t, `{"note`+"\uFFFD"+`":"x`+"\uFFFD"+`y","activity.repaired":["metadata:nul","changes:utf8","attributes:nul","attributes:utf8"]}`, string(a.Attributes))
	require.JSONEq(t, `{"k":["`+"\uFFFD"+`"]}`, string(a.Metadata))
	require.JSONEq(t, `{"before":{"k":"`+"\uFFFD"+`"}}`, string(a.Changes))

	a = mapAttrs(t, attrs{{"text", `\u0000`}, {"sent", "\uFFFD"}})
	require.JSONEq(t, `{"text":"\\u0000","sent":"`+"\uFFFD"+`"}`, string(a.Attributes), "neither is a repair")
}

func TestNonFiniteNumbers(t *testing.T) {
	t.Parallel()
	a := mapAttrs(t, attrs{{"nan", math.NaN()}, {"inf", math.Inf(1)}, {"ninf", list{math.Inf(-1)}}})
	require.JSONEq(t, `{"nan":"NaN","inf":"Infinity","ninf":["-Infinity"],"activity.repaired":["attributes:nonfinite"]}`, string(a.Attributes))

	a = mapAttrs(t, attrs{{"activity.duration", math.NaN()}})
	require.False(t, a.HasDuration)
	require.JSONEq(t, `{"activity.duration":"NaN","activity.repaired":["duration:nonfinite","attributes:nonfinite"]}`, string(a.Attributes))

	a = mapAttrs(t, attrs{{"activity.entity.id", math.Inf(1)}})
	require.Equal(t, "Infinity", a.EntityID)
}

func TestSeverityNumberOutOfRange(t *testing.T) {
	t.Parallel()
	for sent, want := range map[plog.SeverityNumber]int16{99: 24, 25: 24, -1: 0, math.MinInt32: 0, math.MaxInt32: 24} {
		ld, r := single(t, attrs{{"activity.status", "success"}})
		r.SetSeverityNumber(sent)
		a := mapOne(t, ld)
		require.Equal(t, want, a.SeverityNumber)
		require.JSONEq(t, fmt.Sprintf(`{"activity.original.severity_number":%d,"activity.repaired":["severity_number:range"]}`, sent), string(a.Attributes))
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	limits := logmap.DefaultLimits()
	for _, c := range textColumns {
		limit, isKey := limits.Key, true
		switch c.column {
		case "action":
			limit = limits.Action
		case "project_id":
			limit = limits.Project
		case "entity_type":
			limit = limits.EntityType
		case "entity_id":
			limit = limits.EntityID
		case "entity_name", "actor_name", "client_address":
			limit, isKey = limits.Name, false
		case "reason":
			limit, isKey = limits.Reason, false
		case "details":
			limit, isKey = limits.Details, false
		}
		t.Run(c.column, func(t *testing.T) {
			t.Parallel()
			fits := strings.Repeat("é", limit/2)
			a := mapAttrs(t, attrs{{c.names[0], fits}})
			require.Equal(t, fits, c.get(a))
			requireRepaired(t, a, "")

			a = mapAttrs(t, attrs{{c.names[0], fits + "x"}})
			cut := c.get(a)
			require.LessOrEqual(t, len(cut), limit)
			require.Greater(t, len(cut), limit-4)
			require.True(t, utf8.ValidString(cut))
			require.Contains(t, string(a.Attributes), `:cut"`)
			require.Contains(t, cut, "…")

			other := c.get(mapAttrs(t, attrs{{c.names[0], fits + "y"}}))
			require.Equal(t, isKey, cut != other, "keys that differ behind the cut stay different")
		})
	}
}

// The widest b-tree entries stay below what Postgres takes, with room for their
// headers, a timestamp and an id.
func TestDefaultLimitsFitTheIndexes(t *testing.T) {
	t.Parallel()
	const most = 2704 - 64
	l := logmap.DefaultLimits()
	require.Less(t, l.Project+l.Action, most)
	require.Less(t, l.EntityType+l.EntityID, most)
	require.Less(t, l.Key, most)
}

func TestTinyLimits(t *testing.T) {
	t.Parallel()
	m := logmap.New(logmap.Limits{Project: 1, Action: 1, EntityType: 1, EntityID: 2, Key: 1, Name: 1, Reason: 1, Details: 1, Document: 1, Depth: 1}, time.Now)
	ld, r := single(t, attrs{{"activity.entity.id", "ééé"}, {"activity.metadata.a", 1}, {"free", list{1}}})
	r.Body().SetStr("日本")
	r.SetSeverityNumber(99)
	r.SetDroppedAttributesCount(1)
	activities, _, _ := mapWith(t, m, ld)
	a := activities[0]
	require.Equal(t, "é", a.EntityID)
	require.Equal(t, "l", a.Action)
	require.Empty(t, a.Details, "no character fits")
	require.Nil(t, a.Metadata)
	requireRepaired(t, a, "action:cut severity_number:range entity.id:cut details:cut metadata:cut attributes:cut")
}

func TestRepairedThatWasSent(t *testing.T) {
	t.Parallel()
	a := mapAttrs(t, attrs{{"activity.repaired", list{"theirs"}}, {"a", 1}})
	require.JSONEq(t, `{"a":1,"activity.repaired":["theirs"]}`, string(a.Attributes))

	a = mapAttrs(t, attrs{{"activity.repaired", list{"theirs"}}, {"activity.action", "\x00"}})
	require.JSONEq(t, `{"activity.repaired":["action:nul"]}`, string(a.Attributes))

	a = mapAttrs(t, attrs{{"activity.repaired", "\x00"}})
	require.JSONEq(t, `{"activity.repaired":["attributes:nul"]}`, string(a.Attributes))
}

func TestRepairsOfTheResource(t *testing.T) {
	t.Parallel()
	ld, _ := single(t, nil)
	rl := ld.ResourceLogs().At(0)
	attrs{{"service.name", "sh\x00p"}, {"deployment.environment.name", strings.Repeat("e", 2000)}}.fill(t, rl.Resource().Attributes())
	sl := rl.ScopeLogs().At(0)
	sl.Scope().SetName("a\xff")
	sl.LogRecords().At(0).CopyTo(sl.LogRecords().AppendEmpty())
	clean := rl.ScopeLogs().AppendEmpty()
	sl.LogRecords().At(0).CopyTo(clean.LogRecords().AppendEmpty())

	activities, resources, stats := mapAll(t, ld)
	require.Equal(t, 3, stats.Repaired)
	require.Len(t, resources, 2)
	require.Equal(t, "a\uFFFD", resources[0].ScopeName)
	for _, r := range resources {
		require.True(t, json.Valid(r.Attributes))
		require.NotContains(t, string(r.Attributes), `\u0000`)
	}
	for _, a := range activities {
		require.Equal(t, "sh\uFFFDp", a.ServiceName)
		require.Len(t, a.Environment, 512)
	}
	requireRepaired(t, activities[0], "service.name:nul environment:cut resource:nul scope:utf8")
	requireRepaired(t, activities[1], "service.name:nul environment:cut resource:nul scope:utf8")
	requireRepaired(t, activities[2], "service.name:nul environment:cut resource:nul")
}
