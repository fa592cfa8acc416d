package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// hostileCase is a line of the hostile set's index.
type hostileCase struct {
	File        string   `json:"file"`
	Case        string   `json:"case"`
	RecordsSent int      `json:"records_sent"`
	Expect      string   `json:"expect"`
	AcceptAlso  []string `json:"accept_also"`
}

func (c hostileCase) accepts(outcome string) bool {
	return c.Expect == outcome || slices.Contains(c.AcceptAlso, outcome)
}

// Every hostile request goes over the wire as it was captured. Its neighbours are
// stored exactly once, the refusal of the receiver is one that was expected, and
// a good request afterwards is stored.
func TestHostileRequestsHarmNobodyElse(t *testing.T) {
	t.Parallel()
	cases := readHostileCases(t)
	r := newRig(t, pgtest.NewDSN(t))
	for _, encoding := range []string{".json", ".pb"} {
		t.Run(strings.TrimPrefix(encoding, "."), func(t *testing.T) {
			_, err := r.pool.Exec(t.Context(), "TRUNCATE activity.activity, activity.rejected")
			require.NoError(t, err)
			taken := make(map[string]hostileCase)
			sent := 0
			for _, c := range cases {
				if !strings.HasSuffix(strings.TrimSuffix(c.File, ".gz"), encoding) {
					continue
				}
				sent++
				if status := r.post(t, hostileBytes(t, c.File), encoding); status == http.StatusOK {
					require.True(t, c.accepts("stored-as-is") || c.accepts("stored-sanitised") || c.accepts("dead-lettered"), c.File)
					taken[c.Case] = c
				} else {
					require.Equal(t, http.StatusBadRequest, status, c.File)
					require.True(t, c.accepts("rejected"), "%s: refused by the receiver", c.File)
				}
			}
			require.NotZero(t, sent)
			require.NotEmpty(t, taken)
			require.Equal(t, http.StatusOK, r.post(t, []byte(lastGoodRequest), ".json"))
			r.waitFor(t, "a later good request is stored",
				"SELECT count(*) = 1 FROM activity.activity WHERE action = 'test.last'")
			r.waitFor(t, "the queue is written", "SELECT max(ingested_at) < now() - interval '1 second' FROM activity.activity")
			for _, c := range taken {
				requireNeighboursOnce(t, r, c)
			}
		})
	}
}

const lastGoodRequest = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1760000000123456789","eventName":"test.last"}]}]}]}`

func readHostileCases(t *testing.T) []hostileCase {
	t.Helper()
	index, err := os.Open(filepath.Join(sharedData, "hostile", "index.ndjson"))
	if os.IsNotExist(err) {
		t.Skip("the hostile set is not beside this checkout")
	}
	require.NoError(t, err)
	defer index.Close()
	var cases []hostileCase
	for lines := bufio.NewScanner(index); lines.Scan(); {
		var c hostileCase
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c))
		cases = append(cases, c)
	}
	return cases
}

func hostileBytes(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(sharedData, "hostile", file))
	require.NoError(t, err)
	if !strings.HasSuffix(file, ".gz") {
		return content
	}
	reader, err := gzip.NewReader(bytes.NewReader(content))
	require.NoError(t, err)
	plain, err := io.ReadAll(reader)
	require.NoError(t, err)
	return plain
}

// post sends one OTLP/HTTP request and returns the status of the answer.
func (r *rig) post(t *testing.T, body []byte, encoding string) int {
	t.Helper()
	contentType := map[string]string{".json": "application/json", ".pb": "application/x-protobuf"}[encoding]
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+r.HTTP+"/v1/logs", bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}

// waitFor waits until the query answers true.
func (r *rig) waitFor(t *testing.T, what, query string) {
	t.Helper()
	require.Eventually(t, func() bool {
		var done bool
		err := r.pool.QueryRow(t.Context(), query).Scan(&done)
		return err == nil && done
	}, 30*time.Second, 50*time.Millisecond, what)
}

func requireNeighboursOnce(t *testing.T, r *rig, c hostileCase) {
	t.Helper()
	const neighbours = `
		SELECT count(*) FILTER (WHERE attributes ->> 'test.role' = 'before'),
		       count(*) FILTER (WHERE attributes ->> 'test.role' IN ('after', 'neighbour'))
		FROM activity.activity WHERE attributes ->> 'test.case' = $1`
	var before, after int
	require.NoError(t, r.pool.QueryRow(t.Context(), neighbours, c.Case).Scan(&before, &after))
	switch c.RecordsSent {
	case 0: // the index gives no number: the request is no sandwich
	case 3, 4:
		require.Equal(t, 1, before, "%s: the record before", c.File)
		require.Equal(t, 1, after, "%s: the record after", c.File)
	default:
		require.Equal(t, c.RecordsSent-1, before+after, "%s: the neighbours", c.File)
	}
}
