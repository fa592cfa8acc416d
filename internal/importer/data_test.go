package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// outcome is what the counts of a set are by.
type outcome struct{ action, status string }

// dataSets are real histories. expect says from a record alone, without the map,
// what it must become; no status is what the store calls unknown.
var dataSets = []struct {
	folder, mapFile string
	records         int
	parameters      map[string]string
	// unread are the times in the set that nobody can read.
	unread int64
	expect func(r map[string]any) outcome
}{
	{"git-history-otelcol", "git-history.yaml", 105950, map[string]string{"repository": "otelcol"}, 0, expectGit},
	{"git-history-river", "git-history.yaml", 6646, map[string]string{"repository": "river"}, 0, expectGit},
	{"bpi-2013-incidents", "bpi-incidents.yaml", 65533, nil, 0, expectIncident},
	{"bpi-receipt", "bpi-receipt.yaml", 8577, nil, 0, expectReceipt},
	{"saas-audit-panther-a", "saas-audit.yaml", 1295, nil, 21, expectSaaS},
	{"github-webhooks-octokit", "github-webhooks.yaml", 329, nil, 0, expectWebhook},
	{"cloudtrail-otrf-2020", "cloudtrail.yaml", 103, nil, 0, expectCloudTrail},
}

func TestRealHistories(t *testing.T) {
	t.Parallel()
	data := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(data); errors.Is(err, os.ErrNotExist) {
		t.Skipf("the real histories are not beside the repository: there is no %s", data)
	}
	for _, set := range dataSets {
		t.Run(set.folder, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("..", "..", "examples", "import", set.mapFile))
			require.NoError(t, err)
			m, err := LoadMap(text, set.parameters)
			require.NoError(t, err)
			in, err := OpenInput(filepath.Join(data, set.folder, "events.ndjson.gz"), nil)
			require.NoError(t, err)
			defer in.Close()
			content, err := io.ReadAll(in.reader)
			require.NoError(t, err)

			first, notes := mapSet(t, m, content)
			require.Len(t, first.uids, set.records, "each record has an id of its own")
			require.Equal(t, expectSet(t, content, set.expect), first.counts)
			var unread int64
			for _, n := range notes {
				require.Equal(t, []string{"time", noteUnread}, []string{n.Field, n.What}, "the map knows every word; it doesn't know %q", n.Value)
				unread += n.Count
			}
			require.Equal(t, set.unread, unread)
			if set.records < 10_000 { // the others would only take longer
				again, _ := mapSet(t, m, content)
				require.Equal(t, first.uids, again.uids, "the second time gives the same ids")
			}
		})
	}
}

type mappedSet struct {
	uids   map[string]bool
	counts map[outcome]int
}

func mapSet(t *testing.T, m *Map, content []byte) (mappedSet, []Note) {
	t.Helper()
	set := mappedSet{uids: map[string]bool{}, counts: map[outcome]int{}}
	mp := m.NewMapper(time.Now())
	earliest, latest := time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	lines := newLineReader(bytes.NewReader(content), DefaultMaxLine)
	_, records := mp.NewLogs()
	for {
		line, err := lines.next()
		if errors.Is(err, io.EOF) {
			return set, mp.Notes()
		}
		if err == nil {
			err = mp.Map(line, lines.number, records)
		}
		if err != nil {
			require.NoError(t, err, "line %d", lines.number)
		}
		lr := records.At(0)
		text := func(key string) string {
			if v, ok := lr.Attributes().Get(key); ok {
				return v.AsString()
			}
			return ""
		}
		set.uids[text("log.record.uid")] = true
		set.counts[outcome{lr.EventName(), text("activity.status")}]++
		if at := lr.Timestamp().AsTime(); at.Before(earliest) || at.After(latest) || lr.SeverityNumber() == 0 || text("activity.source") == "" {
			require.Fail(t, "implausible", "line %d: %s, severity %d", lines.number, at, lr.SeverityNumber())
		}
		records.RemoveIf(func(plog.LogRecord) bool { return true })
	}
}

func expectSet(t *testing.T, content []byte, expect func(map[string]any) outcome) map[outcome]int {
	t.Helper()
	counts := map[outcome]int{}
	for line := range bytes.Lines(content) {
		var r map[string]any
		if err := json.Unmarshal(line, &r); err != nil {
			require.NoError(t, err)
		}
		counts[expect(r)]++
	}
	return counts
}

func str(r map[string]any, key string) string { s, _ := r[key].(string); return s }

func obj(r map[string]any, key string) map[string]any { o, _ := r[key].(map[string]any); return o }

func expectGit(r map[string]any) outcome {
	if r["kind"] == "commit" {
		return outcome{"git.commit", "success"}
	}
	return outcome{"git." + str(r, "action"), "success"}
}

func expectIncident(r map[string]any) outcome {
	status := "pending"
	switch str(r, "lifecycle:transition") {
	case "Resolved", "Closed":
		status = "success"
	case "Cancelled":
		status = "canceled"
	case "Unmatched":
		status = ""
	}
	return outcome{"incident." + strings.ToLower(str(r, "concept:name")), status}
}

func expectReceipt(r map[string]any) outcome {
	words := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(str(r, "concept:name")))
	return outcome{"receipt." + words, "success"}
}

func expectCloudTrail(r map[string]any) outcome {
	service, _, _ := strings.Cut(str(r, "eventSource"), ".")
	if str(r, "errorCode") != "" {
		return outcome{service + "." + str(r, "eventName"), "failure"}
	}
	return outcome{service + "." + str(r, "eventName"), "success"}
}

func expectWebhook(r map[string]any) outcome {
	event, payload := str(r, "event"), obj(r, "payload")
	action := event
	if a := str(payload, "action"); a != "" {
		action += "." + a
	}
	state := "success"
	switch event {
	case "check_run", "check_suite", "workflow_run", "workflow_job":
		o := obj(payload, event)
		if state = str(o, "conclusion"); state == "" {
			state = str(o, "status")
		}
	case "deployment_review":
		state = str(obj(payload, "workflow_run"), "status")
	case "deployment_status":
		state = str(obj(payload, event), "state")
	}
	switch state {
	case "success", "neutral":
		return outcome{action, "success"}
	case "failure":
		return outcome{action, "failure"}
	default:
		return outcome{action, "pending"}
	}
}
