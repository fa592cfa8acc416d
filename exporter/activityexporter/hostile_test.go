package activityexporter

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// dataFolder is a collection of real and hostile input that lies beside the
// checkout and is no part of it.
func dataFolder(t *testing.T, name string) fs.FS {
	t.Helper()
	folder := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("the collection of test data is not beside this checkout: %v", err)
	}
	return os.DirFS(folder)
}

type hostileCase struct {
	File       string   `json:"file"`
	Case       string   `json:"case"`
	Expect     string   `json:"expect"`
	AcceptAlso []string `json:"accept_also"`
}

func (c hostileCase) accepts(outcome string) bool {
	return c.Expect == outcome || slices.Contains(c.AcceptAlso, outcome)
}

func hostileCases(t *testing.T, folder fs.FS) (cases []hostileCase) {
	t.Helper()
	index, err := fs.ReadFile(folder, "index.ndjson")
	require.NoError(t, err)
	for lines := bufio.NewScanner(bytes.NewReader(index)); lines.Scan(); {
		var c hostileCase
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		cases = append(cases, c)
	}
	require.NotEmpty(t, cases)
	return cases
}

// request reads a file as the OTLP receiver does: an error is its 400.
func request(t *testing.T, folder fs.FS, name string) (plog.Logs, error) {
	t.Helper()
	body, err := fs.ReadFile(folder, name)
	require.NoError(t, err)
	if strings.HasSuffix(name, ".gz") {
		unzipped, err := gzip.NewReader(bytes.NewReader(body))
		require.NoError(t, err)
		body, err = io.ReadAll(unzipped)
		require.NoError(t, err)
		name = strings.TrimSuffix(name, ".gz")
	}
	r := plogotlp.NewExportRequest()
	if path.Ext(name) == ".json" {
		err = r.UnmarshalJSON(body)
	} else {
		err = r.UnmarshalProto(body)
	}
	return r.Logs(), err
}

// neighbours are how many records of a request are good ones.
func neighbours(ld plog.Logs) (n int) {
	for _, resource := range ld.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				if role, ok := record.Attributes().Get("test.role"); ok && role.Str() != "hostile" {
					n++
				}
			}
		}
	}
	return n
}

func TestHostileRequests(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t, "hostile")
	dsn := pgtest.NewDSN(t)
	pool := pgtest.Pool(t, dsn)
	e, _ := startReal(t, dsn, synchronous())
	for _, c := range hostileCases(t, folder) {
		t.Run(c.File, func(t *testing.T) {
			_, err := pool.Exec(t.Context(), `TRUNCATE activity.activity, activity.rejected`)
			require.NoError(t, err)
			ld, err := request(t, folder, c.File)
			if err != nil {
				require.True(t, c.accepts("rejected"), "the receiver refuses the request: %v", err)
				return
			}
			sent, good := ld.LogRecordCount(), neighbours(ld)
			consume(t, e, ld)

			require.Equal(t, good, count(t, pool, `SELECT count(*) FROM activity.activity WHERE attributes->>'test.role' <> 'hostile'`), "neighbours are stored exactly once")
			stored := count(t, pool, `SELECT count(*) FROM activity.activity`)
			rejected := count(t, pool, `SELECT count(*) FROM activity.rejected`)
			if c.Case == "duplicate-activity-id" {
				sent--
			}
			require.Equal(t, sent, stored+rejected, "each record is stored or kept aside")
			if rejected > 0 {
				require.True(t, c.accepts("dead-lettered"))
			}
			if stored > good {
				require.True(t, c.accepts("stored-as-is") || c.accepts("stored-sanitised"))
			}
			if !c.accepts("stored-sanitised") {
				require.Zero(t, count(t, pool, `SELECT count(*) FROM activity.activity WHERE attributes ? 'activity.repaired'`), "stored as it is")
			}
			require.Zero(t, count(t, pool, `SELECT count(*) FROM activity.activity WHERE occurred_at < '1970-01-02' OR occurred_at > now() + interval '1 day'`))

			consume(t, e, oneRecord())
			require.Equal(t, stored+1, count(t, pool, `SELECT count(*) FROM activity.activity`), "a later good request is stored")
		})
	}
}

func TestCapturedClients(t *testing.T) {
	t.Parallel()
	folder := dataFolder(t, "otlp-clients")
	var files []string
	for _, pattern := range []string{"curl/*-http.json", "go-http/*.pb", "go-grpc/*.pb"} {
		found, err := fs.Glob(folder, pattern)
		require.NoError(t, err)
		files = append(files, found...)
	}
	require.Len(t, files, 10)
	dsn := pgtest.NewDSN(t)
	pool := pgtest.Pool(t, dsn)
	e, _ := startReal(t, dsn, synchronous())
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			_, err := pool.Exec(t.Context(), `TRUNCATE activity.activity`)
			require.NoError(t, err)
			ld, err := request(t, folder, file)
			require.NoError(t, err)
			logmap.StampReceived(ld, time.Now())
			sent := ld.LogRecordCount()
			consume(t, e, clone(ld))
			require.Equal(t, sent, count(t, pool, `SELECT count(*) FROM activity.activity`))
			consume(t, e, clone(ld))
			require.Equal(t, sent, count(t, pool, `SELECT count(*) FROM activity.activity`), "redelivery adds nothing")
			require.Zero(t, count(t, pool, `SELECT count(*) FROM activity.rejected`))
		})
	}
}
