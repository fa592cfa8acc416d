package logmap_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
)

type conformingRecord struct {
	EventName      string         `json:"eventName"`
	SeverityNumber int32          `json:"severityNumber"`
	SeverityText   string         `json:"severityText"`
	Body           string         `json:"body"`
	Attributes     map[string]any `json:"attributes"`
	Duration       bool           `json:"duration"`
}

// TestConformance makes the rows of the records that the SDKs are held to, see
// testdata/conformance. UPDATE_CONFORMANCE=1 writes them.
func TestConformance(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../testdata/conformance/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			content, err := os.ReadFile(file) //nolint:gosec // a file of the project
			require.NoError(t, err)
			var s struct {
				Records []conformingRecord `json:"records"`
				Rows    json.RawMessage    `json:"rows"`
			}
			decoder := json.NewDecoder(bytes.NewReader(content))
			decoder.UseNumber()
			require.NoError(t, decoder.Decode(&s))
			var rows []map[string]any
			for _, r := range s.Records {
				rows = append(rows, r.row(t))
			}
			got, err := json.Marshal(rows)
			require.NoError(t, err)
			if os.Getenv("UPDATE_CONFORMANCE") != "" {
				writeRows(t, file, content, got)
				return
			}
			require.JSONEq(t, string(s.Rows), string(got))
		})
	}
}

func (r *conformingRecord) row(t *testing.T) map[string]any {
	t.Helper()
	ld := plog.NewLogs()
	record := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetEventName(r.EventName)
	record.SetSeverityNumber(plog.SeverityNumber(r.SeverityNumber))
	record.SetSeverityText(r.SeverityText)
	if r.Body != "" {
		record.Body().SetStr(r.Body)
	}
	if r.Duration {
		r.Attributes["activity.duration"] = 0.25
	}
	require.NoError(t, record.Attributes().FromRaw(numbered(r.Attributes).(map[string]any)))
	a := mapOne(t, ld)
	return columns(&a)
}

// numbered turns numbers into the types of OTLP.
func numbered(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := v.Int64(); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for k, e := range v {
			v[k] = numbered(e)
		}
	case []any:
		for i, e := range v {
			v[i] = numbered(e)
		}
	}
	return v
}

// columns is a row without what is empty, ids and times.
func columns(a *model.Activity) map[string]any {
	row := map[string]any{
		"source": a.Source.String(), "status": a.Status.String(), "severity": a.Severity.String(),
		"severity_number": a.SeverityNumber,
	}
	for name, text := range map[string]string{
		"action": a.Action, "project_id": a.ProjectID,
		"entity_type": a.EntityType, "entity_id": a.EntityID, "entity_name": a.EntityName,
		"actor_id": a.ActorID, "actor_type": a.ActorType, "actor_name": a.ActorName, "on_behalf_of": a.OnBehalfOf,
		"operation_id": a.OperationID, "details": a.Details, "reason": a.Reason, "client_address": a.ClientAddress,
	} {
		if text != "" {
			row[name] = text
		}
	}
	for name, document := range map[string][]byte{"metadata": a.Metadata, "changes": a.Changes, "attributes": a.Attributes} {
		if document != nil {
			row[name] = json.RawMessage(document)
		}
	}
	if a.HasDuration {
		row["duration"] = a.Duration
	}
	return row
}

// writeRows puts rows behind what a file has.
func writeRows(t *testing.T, file string, content, rows []byte) {
	t.Helper()
	head, _, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(string(content)), "}"), ",\n  \"rows\":")
	var indented bytes.Buffer
	require.NoError(t, json.Indent(&indented, rows, "  ", "  "))
	require.NoError(t, os.WriteFile(file, []byte(strings.TrimSpace(head)+",\n  \"rows\": "+indented.String()+"\n}\n"), 0o644)) //nolint:gosec // a file of the project
}
