package e2e

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

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
			taken := make(map[string]harness.HostileCase)
			sent := 0
			for _, c := range cases {
				if c.Encoding() != encoding {
					continue
				}
				sent++
				content, err := c.Content()
				require.NoError(t, err)
				ok, err := c.Taken(r.post(t, content, encoding))
				require.NoError(t, err)
				if ok {
					taken[c.Case] = c
				}
			}
			require.NotZero(t, sent)
			require.NotEmpty(t, taken)
			require.Equal(t, http.StatusOK, r.post(t, []byte(lastGoodRequest), ".json"))
			r.waitFor(t, "a later good request is stored",
				"SELECT count(*) = 1 FROM activity.activity WHERE action = 'test.last'")
			r.waitFor(t, "the queue is written", "SELECT max(ingested_at) < now() - interval '1 second' FROM activity.activity")
			for _, c := range taken {
				require.NoError(t, c.CheckNeighbours(t.Context(), r.pool))
			}
		})
	}
}

const lastGoodRequest = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"1760000000123456789","eventName":"test.last"}]}]}]}`

func readHostileCases(t *testing.T) []harness.HostileCase {
	t.Helper()
	cases, err := harness.ReadHostileCases(filepath.Join(sharedData, "hostile"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the hostile set is not beside this checkout")
	}
	require.NoError(t, err)
	return cases
}

// post sends one OTLP/HTTP request and returns the status of the answer.
func (r *rig) post(t *testing.T, body []byte, encoding string) int {
	t.Helper()
	status, err := r.PostLogs(t.Context(), encoding, body)
	require.NoError(t, err)
	return status
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
