package activityapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestProblemsOfPathsMethodsAndParameters(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.BasePath = "/tools/activity" }, nil)
	require.Equal(t, http.StatusNotFound, r.problem(http.MethodGet, "/api/v1/nothing", nil).Status)
	require.Equal(t, http.StatusMethodNotAllowed, r.problem(http.MethodDelete, "/api/v1/activities", nil).Status)
	require.Equal(t, "GET, POST", r.do(http.MethodPut, "/api/v1/migrations", nil).Header.Get("Allow"))
	for path, field := range map[string]string{
		"/activities?limit=0":                        "limit",
		"/activities?limit=many":                     "limit",
		"/activities?from=yesterday":                 "from",
		"/activities?from=1h&to=2h":                  "to",
		"/activities?severity=huge":                  "severity",
		"/activities?traceId=12":                     "traceId",
		"/activities?order=sideways":                 "order",
		"/activities?dir=prev":                       "cursor",
		"/activities?cursor=made-up":                 "cursor",
		"/activities?fields=secret":                  "fields",
		"/activities?total=some":                     "total",
		"/activities?q=" + strings.Repeat("x", 1025): "q",
		"/activities/1":                              "id",
		"/activities/facets?field=details":           "field",
		"/activities/facets?limit=101":               "limit",
		"/activities/histogram?by=action":            "by",
		"/activities/histogram?buckets=241":          "buckets",
		"/activities/export?format=xml":              "format",
		"/metrics?top=0":                             "top",
		"/suggest":                                   "field",
		"/suggest?field=details":                     "field",
		"/traces/12":                                 "traceId",
	} {
		p := r.problem(http.MethodGet, "/api/v1"+path, nil)
		require.Equal(t, http.StatusBadRequest, p.Status, path)
		require.Equal(t, field, p.Field, path)
	}
}

const scraped = `# TYPE otelcol_exporter_queue_size gauge
otelcol_exporter_queue_size{exporter="activity",data_type="logs"} 3
# TYPE otelcol_exporter_queue_capacity gauge
otelcol_exporter_queue_capacity{exporter="activity",data_type="logs"} 1000
# TYPE otelcol_activity_exporter_rows_total counter
otelcol_activity_exporter_rows_total{exporter="activity",outcome="written"} 40
otelcol_activity_exporter_rows_total{exporter="activity",outcome="rejected"} 2
`

func TestPipelineTellsWhatTheCollectorShows(t *testing.T) {
	t.Parallel()
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(scraped))
	}))
	defer collector.Close()
	broken := httptest.NewServer(http.NotFoundHandler())
	defer broken.Close()
	for endpoint, want := range map[string]string{collector.URL: "ok", broken.URL: "unavailable", "": "off"} {
		r := start(t, func(c *Config) { c.MetricsEndpoint = endpoint }, nil)
		var got struct {
			Telemetry                    string
			Exporters                    []map[string]any
			RejectedTotal, PendingDeltas *int
		}
		r.json("/pipeline", &got)
		require.Equal(t, want, got.Telemetry)
		require.Zero(t, *got.RejectedTotal)
		require.NotNil(t, got.PendingDeltas)
		if want != "ok" {
			require.Empty(t, got.Exporters)
			continue
		}
		require.Equal(t, []map[string]any{{
			"name": "activity", "queueSize": 3.0, "queueCapacity": 1000.0, "written": 40.0, "rejected": 2.0,
		}}, got.Exporters)
	}
}

func TestAdminsSeeWhatWasRejected(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	_, err := pgtest.Pool(t, r.dsn).Exec(t.Context(), `INSERT INTO activity.rejected (rejected_at, occurred_at, id, project_id, action, sqlstate, error, payload)
SELECT now() - n * interval '1 second', now(), gen_random_uuid(), 'p' || n, 'a' || n, '22021', 'no', 'abc' FROM generate_series(1, 3) AS n`)
	require.NoError(t, err)
	var first, second, one page
	r.json("/rejected?limit=2", &first)
	require.True(t, first.Page.HasMore)
	require.Equal(t, "a1", first.Items[0]["action"])
	require.InDelta(t, 3, first.Items[0]["payloadBytes"], 0)
	r.json("/rejected"+with("limit", "2", "cursor", first.Page.NextCursor), &second)
	require.Len(t, second.Items, 1)
	require.False(t, second.Page.HasMore)
	r.json("/rejected?projectId=p2", &one)
	require.Len(t, one.Items, 1)
}
