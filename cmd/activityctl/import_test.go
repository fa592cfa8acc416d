package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

const importMap = `name: test
resource: {service.name: test}
activity:
  time: /t
  action: /what
  status: {path: /s, lookup: {Done: success}}
`

// importing is a folder with an input and a map, and an OTLP endpoint.
type importing struct {
	input, mapFile, endpoint string

	mu      sync.Mutex
	records int
	token   string
	reject  int64
}

func newImporting(t *testing.T, lines ...string) *importing {
	t.Helper()
	folder := t.TempDir()
	i := &importing{input: filepath.Join(folder, "in.ndjson"), mapFile: filepath.Join(folder, "map.yaml")}
	require.NoError(t, os.WriteFile(i.input, []byte(strings.Join(lines, "\n")), 0o600))
	require.NoError(t, os.WriteFile(i.mapFile, []byte(importMap), 0o600))
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	i.endpoint = server.URL
	return i
}

func (i *importing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request := plogotlp.NewExportRequest()
	body, err := io.ReadAll(r.Body)
	if err != nil || request.UnmarshalProto(body) != nil {
		http.Error(w, "no OTLP", http.StatusBadRequest)
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.records += request.Logs().LogRecordCount()
	i.token = r.Header.Get("Authorization")
	response := plogotlp.NewExportResponse()
	response.PartialSuccess().SetRejectedLogRecords(i.reject)
	payload, err := response.MarshalProto()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(payload)
}

func TestImport(t *testing.T) {
	t.Parallel()
	i := newImporting(t, `{"t":"2024-01-01","what":"a","s":"Done"}`, ``, `{"t":"2024-01-02","what":"b"}`)
	got := execute(t, "import", i.input, "--map", i.mapFile, "--endpoint", i.endpoint, "--header", "authorization=Bearer x=y")
	require.Equal(t, exitOK, got.status, got.stderr)
	require.True(t, strings.HasPrefix(got.stdout, "read     2\nsent     2\nrefused  0\nskipped  0\ntook "), got.stdout)
	require.Empty(t, got.stderr)
	require.Equal(t, 2, i.records)
	require.Equal(t, "Bearer x=y", i.token)
}

func TestImportReadsStandardInput(t *testing.T) {
	t.Parallel()
	i := newImporting(t)
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"import", "-", "--map", i.mapFile, "--endpoint", i.endpoint},
		strings.NewReader(`{"t":"2024-01-01","what":"a"}`), &stdout, &stderr)
	require.Equal(t, exitOK, status, stderr.String())
	require.Equal(t, 1, i.records)
}

func TestImportTellsWhatIsMissing(t *testing.T) {
	t.Parallel()
	i := newImporting(t, `{"t":"2024-01-01","what":"a","s":"Gone"}`, `{broken`, `{"what":"b"}`)
	got := execute(t, "import", i.input, "--map", i.mapFile, "--endpoint", i.endpoint)
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stdout, "read     3\nsent     1\nrefused  0\nskipped  2\n")
	require.Contains(t, got.stderr, "skipped: line 2 is no JSON")
	require.Contains(t, got.stderr, `skipped: line 3 has no time that the map can read; give the map's "time" a "default"`)
	require.Contains(t, got.stderr, `status: unknown word "Gone" (1×, first on line 1)`)
	require.Contains(t, got.stderr, "2 of 3 lines were not imported")
}

func TestImportCountsRefusals(t *testing.T) {
	t.Parallel()
	i := newImporting(t, `{"t":"2024-01-01","what":"a"}`, `{"t":"2024-01-01","what":"a"}`)
	i.reject = 1
	got := execute(t, "import", i.input, "--map", i.mapFile, "--endpoint", i.endpoint)
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stdout, "sent     1\nrefused  1\n")
	require.Contains(t, got.stderr, "endpoint: 1 of 2 records from line 1 on rejected")
}

func TestImportStrict(t *testing.T) {
	t.Parallel()
	i := newImporting(t, `{"t":"2024-01-01","what":"a"}`, `{broken`, `{"t":"2024-01-01","what":"a"}`)
	got := execute(t, "import", i.input, "--map", i.mapFile, "--endpoint", i.endpoint, "--strict")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "import ended early: line 2 is no JSON")
	require.Equal(t, 1, i.records)
}

func TestImportDryRun(t *testing.T) {
	t.Parallel()
	i := newImporting(t, `{"t":"2024-01-01T01:00:00+01:00","what":"a&b","s":"Done"}`, `{"t":"2024-01-02","what":"b"}`)
	got := execute(t, "import", i.input, "--map", i.mapFile, "--endpoint", i.endpoint, "--dry-run=1")
	require.Equal(t, exitOK, got.status, got.stderr)
	require.Zero(t, i.records)
	var record map[string]any
	require.NoError(t, json.Unmarshal([]byte(got.stdout), &record))
	attributes, _ := record["attributes"].(map[string]any)
	require.Equal(t, "a&b", record["event_name"])
	require.Equal(t, "2024-01-01T00:00:00Z", record["time"])
	require.Equal(t, "success", attributes["activity.status"])
	require.Contains(t, got.stderr, "mapped   2\n")
}

func TestImportRefusesWhatItCannotDo(t *testing.T) {
	t.Parallel()
	i := newImporting(t, `{}`)
	broken := filepath.Join(t.TempDir(), "broken.yaml")
	require.NoError(t, os.WriteFile(broken, []byte(importMap+"  sorce: user\n"), 0o600))
	for name, test := range map[string]struct {
		status int
		args   []string
		want   string
	}{
		"no file":      {exitUsage, []string{}, "import takes one file"},
		"no map":       {exitUsage, []string{i.input}, "--map is missing"},
		"bad endpoint": {exitUsage, []string{i.input, "--map", i.mapFile, "--endpoint", "nowhere"}, "has no port"},
		"bad header":   {exitUsage, []string{i.input, "--map", i.mapFile, "--header", "secret"}, "a header must be written name=value"},
		"bad batch":    {exitUsage, []string{i.input, "--map", i.mapFile, "--batch-size", "0"}, "--batch-size must be at least 1"},
		"no such file": {exitError, []string{"none.ndjson", "--map", i.mapFile}, "open the input"},
		"no such map":  {exitError, []string{i.input, "--map", "none.yaml"}, "open the map"},
		"bad map":      {exitError, []string{i.input, "--map", broken}, `line 7: activity has no "sorce"; did you mean "source"?`},
		"bad param":    {exitError, []string{i.input, "--map", i.mapFile, "--param", "a=b"}, `the map has no parameter "a"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := execute(t, append([]string{"import"}, test.args...)...)
			require.Equal(t, test.status, got.status)
			require.Contains(t, got.stderr, test.want)
			require.NotContains(t, got.stderr, "secret")
		})
	}
}

func TestImportReadsTheEnvironment(t *testing.T) {
	i := newImporting(t, `{"t":"2024-01-01","what":"a"}`)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", i.endpoint)
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x=1,authorization=Bearer%20z")
	got := execute(t, "import", i.input, "--map", i.mapFile)
	require.Equal(t, exitOK, got.status, got.stderr)
	require.Equal(t, 1, i.records)
	require.Equal(t, "Bearer z", i.token)
}
