package plugs

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// client keeps no connection, whose goroutines would be left over.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// series are the names that Prometheus stores of what a Collector exports.
type series map[string]bool

// exported runs the built Collector under some load, with activities, row changes,
// and somebody who looks at the page, and returns what it exports.
func exported(t *testing.T) series {
	t.Helper()
	site, app := startSite(t)
	load(t, site, app)
	get(t, site.URL+"/api/v1/activities")
	get(t, site.URL+"/api/v1/metrics")

	const written = 200 + 50 // activities and row changes
	var families map[string]*dto.MetricFamily
	require.Eventually(t, func() bool {
		families = scrape(t, site.MetricsURL)
		return rows(families["activity_exporter_rows"], "written") >= written
	}, 30*time.Second, 200*time.Millisecond, "the Collector doesn't write")
	names := make(series)
	for name, family := range families {
		names[name] = true
		if family.GetType() == dto.MetricType_HISTOGRAM {
			for _, part := range []string{"_bucket", "_sum", "_count"} {
				names[name+part] = true
			}
		}
	}
	return names
}

func startSite(t *testing.T) (*harness.Site, *pgxpool.Pool) {
	t.Helper()
	app := pgtest.NewEmptyDSN(t)
	pool := pgtest.Pool(t, app)
	_, err := pool.Exec(t.Context(), "CREATE TABLE public.invoices (id int PRIMARY KEY, state text)")
	require.NoError(t, err)
	site, err := harness.NewSite(t.Context(), collectorBinary, t.TempDir(), pgtest.NewDSN(t), "")
	require.NoError(t, err)
	require.NoError(t, site.ReadWAL(app))
	site.Set = append(site.Set, "exporters.activity.maintenance_interval=1s")
	require.NoError(t, site.Start(t.Context()))
	t.Cleanup(func() {
		require.NoError(t, site.Stop())
		if t.Failed() {
			log, _ := os.ReadFile(site.LogFile)
			t.Logf("the collector's log:\n%s", log)
		}
	})
	return site, pool
}

func load(t *testing.T, site *harness.Site, app *pgxpool.Pool) {
	t.Helper()
	const activities = 200
	client, err := harness.NewClient(t.Context(), site.GRPC, "plugs", activities)
	require.NoError(t, err)
	for n := range activities {
		client.Record(t.Context(), activity.Activity{
			Action: "order.refund", Entity: activity.Entity{Type: "order", ID: strconv.Itoa(n)},
		})
	}
	require.NoError(t, client.Close(t.Context()))
	// Nothing is kept for a slot before it is read from.
	const readers = `SELECT count(*) > 0
		FROM pg_replication_slots AS s JOIN pg_stat_replication AS r ON r.pid = s.active_pid
		WHERE r.state = 'streaming' AND s.database = current_database()`
	require.Eventually(t, func() bool {
		var reads bool
		err := app.QueryRow(t.Context(), readers).Scan(&reads)
		return err == nil && reads
	}, 20*time.Second, 50*time.Millisecond, "nobody reads the log")
	_, err = app.Exec(t.Context(), "INSERT INTO public.invoices SELECT n, 'open' FROM generate_series(1, 50) AS n")
	require.NoError(t, err)
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode, url)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return body
}

func scrape(t *testing.T, url string) map[string]*dto.MetricFamily {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(get(t, url)))
	require.NoError(t, err)
	return families
}

// rows is how many records had an outcome.
func rows(family *dto.MetricFamily, outcome string) (n float64) {
	for _, metric := range family.GetMetric() {
		for _, label := range metric.GetLabel() {
			if label.GetName() == "outcome" && label.GetValue() == outcome {
				n += metric.GetCounter().GetValue()
			}
		}
	}
	return n
}
