package plugs

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	demoSeconds = "60"
	demoTime    = 4 * time.Minute // that it takes at most, on a busy machine
	demoMetrics = "127.0.0.1:8888"
	demoAPI     = "http://127.0.0.1:8085/api/v1/activities"
)

// notOfTheDemo are the panels that may stay empty: of what doesn't happen there, or only
// by chance.
var notOfTheDemo = []string{needsExtension, "Retention", "Migrations", "Audit tables", "Audit rows read", "Newest failures"}

// Both dashboards show the demo: its database, and what a Prometheus keeps of its
// Collector. It listens where `make demo` does.
func TestDashboardsShowTheDemo(t *testing.T) {
	t.Parallel()
	dsn, ended := startDemo(t)
	prometheus := startPrometheus(t)
	waitForShop(t, dsn)

	pool := pgtest.Pool(t, dsn)
	require.NoError(t, store.NewMaintainer(pool).Run(t.Context(), store.TaskRollups, store.TaskViews))
	trail := newViewer(t, pool, "grafana")
	_, err := pool.Exec(t.Context(), "GRANT grafana TO CURRENT_USER") // who is no superuser
	require.NoError(t, err)
	d := readDashboard(t, trailDashboard)
	var projects []string
	for _, row := range variableRows(t, trail, d) {
		projects = append(projects, fmt.Sprint(row[0]))
	}
	for _, q := range d.queries() {
		_, rows := trail.ask(t, expand(q.target.RawSQL, projects))
		if !slices.Contains(notOfTheDemo, q.panel.Title) {
			assert.NotEmpty(t, rows, q.panel.Title)
		}
	}
	requireShown(t, prometheus)
	for _, r := range readRules(t) {
		prometheus.results(t, r.Expr)
	}
	require.NoError(t, <-ended, "each of its activities is there once")
}

// requireShown waits until each panel shows something: a rate needs two scrapes.
func requireShown(t *testing.T, p prometheus) {
	t.Helper()
	var empty []string
	rare := func(name string) bool { return onlyWhen[name] != "" }
	for where, expr := range panels(t) {
		if !slices.ContainsFunc(metrics(expr), rare) {
			empty = append(empty, where)
		}
	}
	require.NotEmpty(t, empty)
	for deadline := time.Now().Add(time.Minute); len(empty) > 0 && time.Now().Before(deadline); time.Sleep(time.Second) {
		get(t, demoAPI)
		empty = slices.DeleteFunc(empty, func(where string) bool { return p.results(t, panels(t)[where]) > 0 })
	}
	require.Empty(t, empty)
}

// startDemo runs it until the time is over.
func startDemo(t *testing.T) (dsn string, ended <-chan error) {
	t.Helper()
	folder, err := os.MkdirTemp("", "activity-demo-") //nolint:usetesting // Postgres' account must get there
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	binary := filepath.Join(t.TempDir(), "demo")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, root+"/examples/demo").CombinedOutput()
	require.NoError(t, err, "%s", out)
	log, err := os.Create(filepath.Join(t.TempDir(), "demo.log"))
	require.NoError(t, err)

	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), demoTime)
	demo := exec.CommandContext(ctx, binary, "-seconds", demoSeconds, "-dir", folder)
	demo.Dir, demo.Stdout, demo.Stderr = root, log, log
	demo.Cancel = func() error { return demo.Process.Signal(syscall.SIGTERM) }
	require.NoError(t, demo.Start())
	result, over := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(over)
		result <- demo.Wait()
	}()
	t.Cleanup(func() {
		cancel()
		<-over
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("the demo:\n%s", text)
		}
		require.NoError(t, log.Close())
	})
	return "postgres://activity@127.0.0.1:54329/activity?passfile=" + url.QueryEscape(filepath.Join(folder, "data/postgres/password")), result
}

// waitForShop waits until both services of the shop have written, and row changes.
func waitForShop(t *testing.T, dsn string) {
	t.Helper()
	const wrote = "SELECT count(DISTINCT service_name) >= 4 AND bool_or(source = 'database') FROM activity.activity"
	require.Eventually(t, func() bool {
		conn, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			return false
		}
		defer func() { _ = conn.Close(t.Context()) }()
		var there bool
		return conn.QueryRow(t.Context(), wrote).Scan(&there) == nil && there
	}, demoTime/2, time.Second, "nothing comes from the shop")
}

// prometheus is the address of one.
type prometheus string

// startPrometheus scrapes the demo's Collector until the test ends.
func startPrometheus(t *testing.T) prometheus {
	t.Helper()
	port, err := harness.FreePort(t.Context())
	require.NoError(t, err)
	folder := t.TempDir()
	config := fmt.Sprintf("scrape_configs: [{job_name: otel-activity, scrape_interval: 1s, static_configs: [{targets: [%q]}]}]", demoMetrics)
	file := filepath.Join(folder, "prometheus.yaml")
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	address := fmt.Sprintf("127.0.0.1:%d", port)
	server := exec.CommandContext(context.WithoutCancel(t.Context()), "prometheus",
		"--config.file", file, "--storage.tsdb.path", filepath.Join(folder, "data"), "--web.listen-address", address, "--log.level=error")
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		require.NoError(t, server.Process.Signal(syscall.SIGTERM))
		_ = server.Wait() // what it says is that it was told to end
	})
	return prometheus(address)
}

// results is how many series a query gives; none while Prometheus starts.
func (p prometheus) results(t *testing.T, query string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+string(p)+"/api/v1/query?query="+url.QueryEscape(query), http.NoBody)
	require.NoError(t, err)
	response, err := client.Do(request)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusServiceUnavailable {
		return 0
	}
	var answer struct {
		Status, Error string
		Data          struct{ Result []any }
	}
	require.NoError(t, json.NewDecoder(response.Body).Decode(&answer))
	require.Equal(t, "success", answer.Status, "%s: %s", query, answer.Error)
	return len(answer.Data.Result)
}
