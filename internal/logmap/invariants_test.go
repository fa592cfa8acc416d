package logmap_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
)

// notesRoom is more than the mapper's own notes take in attributes, which come
// on top of the limit.
const notesRoom = 8 << 10

// requireStorable requires what the store counts on, whatever was sent.
func requireStorable(tb testing.TB, limits logmap.Limits, a model.Activity) {
	tb.Helper()
	for _, c := range []struct {
		name, text string
		limit      int
	}{
		{"action", a.Action, limits.Action},
		{"project_id", a.ProjectID, limits.Project},
		{"entity_type", a.EntityType, limits.EntityType},
		{"entity_id", a.EntityID, limits.EntityID},
		{"entity_name", a.EntityName, limits.Name},
		{"actor_id", a.ActorID, limits.Key},
		{"actor_type", a.ActorType, limits.Key},
		{"actor_name", a.ActorName, limits.Name},
		{"on_behalf_of", a.OnBehalfOf, limits.Key},
		{"operation_id", a.OperationID, limits.Key},
		{"details", a.Details, limits.Details},
		{"reason", a.Reason, limits.Reason},
		{"service_name", a.ServiceName, limits.Key},
		{"environment", a.Environment, limits.Key},
		{"client_address", a.ClientAddress, limits.Name},
	} {
		requireText(tb, c.name, c.text, c.limit)
	}
	require.NotEmpty(tb, a.Action)
	requireDocument(tb, "metadata", a.Metadata, limits.Document)
	requireDocument(tb, "changes", a.Changes, limits.Document)
	requireDocument(tb, "attributes", a.Attributes, limits.Document+notesRoom)

	require.GreaterOrEqual(tb, a.OccurredAt, model.MicrosOf(time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)))
	require.LessOrEqual(tb, a.OccurredAt, model.MicrosOf(received.Add(day)))
	require.LessOrEqual(tb, a.ObservedAt, model.MicrosOf(received.Add(day)))
	require.GreaterOrEqual(tb, a.ObservedAt, model.Micros(0))
	require.Contains(tb, model.Sources(), a.Source)
	require.Contains(tb, model.Statuses(), a.Status)
	require.Contains(tb, model.Severities(), a.Severity)
	require.True(tb, 0 <= a.SeverityNumber && a.SeverityNumber <= 24)
	require.NotEqual(tb, model.ID{}, a.ID)
}

func requireText(tb testing.TB, name, text string, limit int) {
	tb.Helper()
	require.LessOrEqual(tb, len(text), limit, name)
	require.True(tb, utf8.ValidString(text), name)
	require.NotContains(tb, text, "\x00", name)
}

func requireDocument(tb testing.TB, name string, document []byte, limit int) {
	tb.Helper()
	if document == nil {
		return
	}
	require.LessOrEqual(tb, len(document), limit, name)
	require.True(tb, json.Valid(document), "%s: %s", name, document)
	require.True(tb, utf8.Valid(document), name)
	require.Equal(tb, byte('{'), document[0], name)
	require.False(tb, hasEscape(document, `\u0000`) || hasEscape(document, `\ud`), "%s: %s", name, document)
}

// hasEscape looks for an escape, not for its text behind a backslash.
func hasEscape(document []byte, escape string) bool {
	return strings.Contains(strings.ReplaceAll(string(document), `\\`, ""), escape)
}

func requireStorableResource(tb testing.TB, limits logmap.Limits, r model.Resource) {
	tb.Helper()
	for _, text := range []string{r.SchemaURL, r.ScopeName, r.ScopeVersion, r.ScopeSchemaURL} {
		requireText(tb, "resource", text, limits.Name)
	}
	requireDocument(tb, "resource", r.Attributes, limits.Document)
	requireDocument(tb, "scope", r.ScopeAttributes, limits.Document)
}

// requireMapped maps ld twice, by one Mapper and by another, and requires the
// same of both.
func requireMapped(tb testing.TB, limits logmap.Limits, ld plog.Logs) []model.Activity {
	tb.Helper()
	m := logmap.New(limits, time.Now)
	first, resources, stats := mapWith(tb, m, ld)
	again, _, statsAgain := mapWith(tb, m, ld)
	require.Equal(tb, first, again)
	require.Equal(tb, stats, statsAgain)
	require.Len(tb, first, ld.LogRecordCount())

	for _, a := range first {
		requireStorable(tb, limits, a)
	}
	for _, r := range resources {
		requireStorableResource(tb, limits, r)
	}
	return first
}
