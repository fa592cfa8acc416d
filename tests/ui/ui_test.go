// Package ui tests the web page as people use it: real Chromium, the built
// Collector with its API, a real Postgres. The steps are in js/e2e; here is what
// they act on.
package ui

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const (
	collectorBinary = "../../dist/otelcol-activity"
	browserTests    = "../../js/e2e"
	hostileData     = "../../../shared/data/hostile"
	token           = "a-token-for-the-tests"
)

func TestMain(m *testing.M) {
	if _, err := os.Stat(collectorBinary); err != nil {
		fmt.Fprintf(os.Stderr, "%v: run `make build` first, or `make test`, which does\n", err)
		os.Exit(1)
	}
	pgtest.Main(m)
}

// The browser drives one site that holds a day of a shop's activities and one that
// wants a token. It may stop and start the first one.
func TestInBrowser(t *testing.T) {
	dsn := pgtest.NewDSN(t)
	open := newSite(t, dsn, "")
	guarded := newSite(t, dsn, token)
	seed(t, open, dsn)
	seedHostile(t, open)
	migration := seedMigration(t, dsn)

	cmd := exec.CommandContext(t.Context(), "npm", "test", "--silent")
	cmd.Dir = browserTests
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.WaitDelay = 10 * time.Second
	cmd.Env = append(os.Environ(),
		"SITE_URL="+open.URL, "SITE_OTLP=http://"+open.HTTP, "SITE_CONTROL="+control(t, open, migration),
		"GUARDED_URL="+guarded.URL, "GUARDED_TOKEN="+token)
	require.NoError(t, cmd.Run())
}

func newSite(t *testing.T, dsn, token string) *harness.Site {
	t.Helper()
	folder := t.TempDir()
	site, err := harness.NewSite(t.Context(), collectorBinary, folder, dsn, token)
	require.NoError(t, err)
	require.NoError(t, site.Start(t.Context()))
	t.Cleanup(func() {
		require.NoError(t, site.Stop())
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(folder, "collector.log"))
			t.Logf("the collector's log:\n%s", log)
		}
	})
	return site
}

// control serves POST /stop and POST /start, by which the steps take the server
// away and bring it back, and POST /differ for the migration.
func control(t *testing.T, site *harness.Site, migration *migrating) string {
	t.Helper()
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
	mux.HandleFunc("POST /stop", func(w http.ResponseWriter, _ *http.Request) { answer(w, site.Stop()) })
	mux.HandleFunc("POST /start", func(w http.ResponseWriter, r *http.Request) { answer(w, site.Start(r.Context())) })
	mux.HandleFunc("POST /differ", migration.again)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}
