package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const importMaps = "../../examples/import/"

// histories are sets of real activity, how many records each has, and how it is
// imported.
var histories = []struct {
	folder  string
	records int
	flags   []string
}{
	{"bpi-2013-incidents", 65_533, []string{"--map", importMaps + "bpi-incidents.yaml"}},
	{"bpi-receipt", 8_577, []string{"--map", importMaps + "bpi-receipt.yaml"}},
	{"cloudtrail-otrf-2020", 103, []string{"--map", importMaps + "cloudtrail.yaml"}},
	{"git-history-otelcol", 105_950, []string{"--map", importMaps + "git-history.yaml", "--param", "repository=otelcol"}},
	{"git-history-river", 6_646, []string{"--map", importMaps + "git-history.yaml", "--param", "repository=river"}},
	{"github-webhooks-octokit", 329, []string{"--map", importMaps + "github-webhooks.yaml"}},
	{"saas-audit-panther-a", 1_295, []string{"--map", importMaps + "saas-audit.yaml"}},
}

// outcome is what the counts of a history are by.
type outcome struct{ action, status string }

// Every record of every history is in the table exactly once, with the counts by
// action and status that the file has. The second import adds nothing.
func TestHistoriesAreImportedOnce(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(sharedData); errors.Is(err, os.ErrNotExist) {
		t.Skip("the real histories are not beside this checkout")
	}
	r := newRig(t, pgtest.NewDSN(t))
	for _, history := range histories {
		t.Run(history.folder, func(t *testing.T) {
			// The maintenance takes the same locks in another order.
			require.Eventually(t, func() bool {
				_, err := r.pool.Exec(t.Context(), "TRUNCATE activity.activity, activity.rollup_hour, activity.rollup_day, activity.rollup_project_hour, activity.rollup_hour_delta, activity.rollup_action_day, activity.rollup_action_day_delta")
				return err == nil
			}, 20*time.Second, 100*time.Millisecond, "the tables can't be emptied")
			args := append([]string{"import", filepath.Join(sharedData, history.folder, "events.ndjson.gz"), "--endpoint", r.GRPC, "--quiet"}, history.flags...)
			ctl(t, args...)
			r.waitCount(t, history.records, 2*time.Minute)
			ctl(t, args...)
			// The queue is in order: when this one is stored, what came before it
			// is, or is being written.
			require.Equal(t, 200, r.post(t, []byte(lastGoodRequest), ".json"))
			r.waitCount(t, history.records+1, 2*time.Minute)
			time.Sleep(time.Second)
			require.Equal(t, history.records+1, r.count(t.Context(), t), "the second import adds nothing")

			expected := expectedOutcomes(t, args)
			expected[outcome{"test.last", "unknown"}]++
			require.Empty(t, differences(expected, storedOutcomes(t, r)))
			requireCountsMatchRows(t, r)
		})
	}
	var partitions int
	require.NoError(t, r.pool.QueryRow(t.Context(), "SELECT count(*) FROM activity.partitions()").Scan(&partitions))
	require.LessOrEqual(t, partitions, 120)
}

// expectedOutcomes counts what the map makes of the file, without sending it.
func expectedOutcomes(t *testing.T, args []string) map[outcome]int {
	t.Helper()
	counts := make(map[outcome]int)
	decoder := json.NewDecoder(bytes.NewReader(ctl(t, append(args, "--dry-run=1000000")...)))
	for {
		var a struct {
			Severity   string
			Attributes struct {
				Action string `json:"activity.action"`
				Status string `json:"activity.status"`
			}
		}
		err := decoder.Decode(&a)
		if errors.Is(err, io.EOF) {
			return counts
		}
		require.NoError(t, err)
		o := outcome{a.Attributes.Action, a.Attributes.Status}
		switch {
		case o.status != "":
		case a.Severity == "CRITICAL": // the convention's inference from 17 and above
			o.status = "failure"
		default:
			o.status = "unknown"
		}
		counts[o]++
	}
}

func storedOutcomes(t *testing.T, r *rig) map[outcome]int {
	t.Helper()
	rows, err := r.pool.Query(t.Context(), "SELECT action, status, count(*) FROM activity.activity GROUP BY action, status")
	require.NoError(t, err)
	counts := make(map[outcome]int)
	var o outcome
	var n int
	_, err = pgx.ForEachRow(rows, []any{&o.action, &o.status, &n}, func() error {
		counts[o] = n
		return nil
	})
	require.NoError(t, err)
	return counts
}

// differences says which counts aren't the same.
func differences(expected, stored map[outcome]int) []string {
	var all []string
	for o, n := range expected {
		if stored[o] != n {
			all = append(all, fmt.Sprintf("%s %s: %d in the file, %d stored", o.action, o.status, n, stored[o]))
		}
	}
	for o, n := range stored {
		if _, ok := expected[o]; !ok {
			all = append(all, fmt.Sprintf("%s %s: none in the file, %d stored", o.action, o.status, n))
		}
	}
	return all
}
