package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/sql"
)

// With the shipped roles, the Collector writes as one that may not read, and its API
// reads as one that may not write.
func TestExporterIsTheWriterAndTheAPITheReader(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	superuser, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool := pgtest.Pool(t, superuser)
	_, err = pool.Exec(t.Context(), sql.Roles+`;
		CREATE ROLE collector LOGIN IN ROLE activity_writer; ALTER ROLE collector SET role = 'activity_writer';
		CREATE ROLE api LOGIN IN ROLE activity_reader`)
	require.NoError(t, err)
	login := pool.Config().ConnConfig
	dsn := func(role string) string {
		return fmt.Sprintf("host=%s port=%d dbname=%s user=%s", login.Host, login.Port, login.Database, role)
	}

	folder := t.TempDir()
	site, err := harness.NewSite(t.Context(), collectorBinary, folder, dsn("collector"), "")
	require.NoError(t, err)
	overlay := filepath.Join(folder, "roles.yaml")
	text := fmt.Sprintf("exporters: {activity: {create_schema: false}}\nextensions: {activity_api: {dsn: %q}}\n", dsn("api"))
	require.NoError(t, os.WriteFile(overlay, []byte(text), 0o600))
	site.Overlays = append(site.Overlays, overlay)
	require.NoError(t, site.Start(t.Context()))

	const activities = 100
	client, err := harness.NewClient(t.Context(), site.GRPC, "roles", activities)
	require.NoError(t, err)
	for range activities {
		client.Record(t.Context(), activity.Activity{Action: "order.update"})
	}
	require.NoError(t, client.Close(t.Context()))
	require.Eventually(t, func() bool { return listed(t, site.URL) == activities }, 20*time.Second, 50*time.Millisecond)
	status, body := got(t, site.URL+"/api/v1/migrations")
	require.Equal(t, http.StatusOK, status, body)
	require.NoError(t, site.Stop())
}

// listed is how many activities the API counts.
func listed(t *testing.T, url string) int {
	t.Helper()
	status, body := got(t, url+"/api/v1/activities?total=exact&limit=1")
	require.Equal(t, http.StatusOK, status, body)
	var page struct{ Total struct{ Value int } }
	require.NoError(t, json.Unmarshal([]byte(body), &page))
	return page.Total.Value
}

func got(t *testing.T, url string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(content)
}
