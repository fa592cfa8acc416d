package activityapi

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDetailIsFoundByIDAndKept(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	rows := some(2)
	r.write(rows...)
	path := "/api/v1/activities/" + rows[1].ID.String()
	at := with("at", rows[1].OccurredAt.Time().Format(time.RFC3339Nano))
	var alone, timed map[string]any
	r.json(strings.TrimPrefix(path, "/api/v1"), &alone)
	r.json(strings.TrimPrefix(path, "/api/v1")+at, &timed)
	require.Equal(t, alone, timed)
	require.Equal(t, "number 1", alone["details"])
	require.Contains(t, alone, "resource")
	tag := r.do(http.MethodGet, path, nil).Header.Get("ETag")
	require.Equal(t, `"`+alone["hash"].(string)+`"`, tag)
	for _, known := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		require.Equal(t, http.StatusNotModified, r.do(http.MethodGet, path+at, http.Header{"If-None-Match": {known}}).StatusCode)
	}
	require.Equal(t, http.StatusOK, r.do(http.MethodGet, path, http.Header{"If-None-Match": {`"x"`}}).StatusCode)
	missing := idAt(time.Now(), 99)
	require.Equal(t, http.StatusNotFound, r.problem(http.MethodGet, "/api/v1/activities/"+missing.String(), nil).Status)
}

func TestCountsAreOfWhatWasWritten(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	r.write(some(10)...) // two of them refunds that failed
	var facets struct {
		Facets []struct {
			Field  string
			Values []struct {
				Value string
				Count int
			}
		}
	}
	end := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	r.json("/activities/facets"+with("field", "status", "field", "projectId", "to", end), &facets)
	counts := map[string]int{}
	for _, f := range facets.Facets {
		for _, v := range f.Values {
			counts[f.Field+" "+v.Value] = v.Count
		}
	}
	require.Equal(t, map[string]int{"status success": 8, "status failure": 2, "projectId shop-0": 5, "projectId shop-1": 5}, counts)

	var histogram struct {
		Buckets []struct{ Counts map[string]int }
	}
	r.json("/activities/histogram"+with("by", "status", "to", end), &histogram)
	sums := map[string]int{}
	for _, b := range histogram.Buckets {
		for name, n := range b.Counts {
			sums[name] += n
		}
	}
	require.Equal(t, map[string]int{"success": 8, "failure": 2}, sums)

	var metrics struct {
		Summary    struct{ Total, Failures, Critical int }
		TopActions []struct {
			Action          string
			Total, Failures int
		}
	}
	r.json("/metrics"+with("to", end), &metrics)
	require.Equal(t, struct{ Total, Failures, Critical int }{10, 2, 2}, metrics.Summary)
	require.Equal(t, "order.create", metrics.TopActions[0].Action)
	require.Equal(t, 8, metrics.TopActions[0].Total)

	for query, want := range map[string][]string{
		"?field=action&prefix=order.c": {"order.create"}, "?field=actorId&prefix=al": {"alice"}, "?field=projectId&prefix=none": {},
	} {
		var suggested struct{ Values []string }
		r.json("/suggest"+query, &suggested)
		require.Equal(t, want, suggested.Values, query)
	}

	for path, want := range map[string][]string{
		"/entities/order/1/activities":             {"number 3", "number 2"},
		"/actors/alice/activities?limit=2":         {"number 9", "number 8"},
		"/operations/op-2":                         {"number 8", "number 9"},
		"/traces/00000000000000000000000000000003": {"number 8", "number 9"},
	} {
		var got page
		r.json(path, &got)
		require.Equal(t, want, got.details(), path)
	}
}

func TestExportsAreWholeAndHarmless(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	rows := some(7)
	for i, begin := range []string{"=", "+", "-", "@", "\t", "\r"} {
		rows[i].Details = begin + "cmd()"
	}
	r.write(rows...)
	for _, format := range []string{"ndjson", "ocsf"} {
		status, body := r.get("/api/v1/activities/export?format=" + format)
		require.Equal(t, http.StatusOK, status)
		all := trimLines(body)
		require.Len(t, all, 8)
		for _, line := range all {
			require.True(t, json.Valid([]byte(line)), line)
		}
		require.JSONEq(t, `{"export":{"count":7,"complete":true}}`, all[7])
	}
	response := r.do(http.MethodGet, "/api/v1/activities/export?format=csv&order=asc", nil)
	require.Regexp(t, `^attachment; filename="activities-\w+\.csv"$`, response.Header.Get("Content-Disposition"))
	_, body := r.get("/api/v1/activities/export?format=csv&order=asc")
	require.True(t, strings.HasSuffix(body, "\n# count=7 complete=true\n"))
	reader := csv.NewReader(strings.NewReader(body))
	reader.Comment = '#'
	table, err := reader.ReadAll()
	require.NoError(t, err)
	require.Len(t, table, 8)
	for i, begin := range []string{"'=", "'+", "'-", "'@", "'\t", "'\r"} {
		require.Contains(t, table[i+1], begin+"cmd()")
	}
}

func TestAnswersAreKeptForAWhile(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.Cache.TTL = time.Hour }, nil)
	_, first := r.get("/api/v1/activities/facets")
	r.write(some(3)...)
	_, second := r.get("/api/v1/activities/facets")
	require.Equal(t, first, second)
	_, other := r.get("/api/v1/activities/facets?field=action")
	require.Contains(t, other, "order.create", "another question")
}
