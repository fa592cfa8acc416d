package activityapi

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// foreign is in every field of the other project, and nowhere else.
const (
	foreign       = "zqb"
	foreignClient = "203.0.113.77"
	foreignTrace  = "fedcba9876543210fedcba9876543210"
	foreignSpan   = "fedcba9876543210"
	foreignCount  = 7
)

func foreigners(newest time.Time) []model.Activity {
	rows := make([]model.Activity, foreignCount)
	for i := range rows {
		at := newest.Add(-time.Duration(i+1) * time.Second)
		a := model.Activity{
			ID: idAt(at, 0x7b000000+i), OccurredAt: model.MicrosOf(at), ObservedAt: model.MicrosOf(at),
			Source: model.SourceIntegration, Status: model.StatusFailure, Severity: model.SeverityCritical, SeverityNumber: 21,
			Action: "zqb.action", ProjectID: "zqb-project", EntityType: "zqb-type", EntityID: "zqb-id", EntityName: "zqb-name",
			ActorID: "zqb-actor", ActorType: "zqb-kind", ActorName: "zqb-person", OnBehalfOf: "zqb-behalf", OperationID: "zqb-operation",
			Details: "zqb-details", Reason: "zqb-reason", Duration: 987.654, HasDuration: true,
			ServiceName: "zqb-service", Environment: "zqb-environment", ClientAddress: foreignClient, ResourceID: 2,
			Metadata: []byte(`{"zqb-m": "zqb"}`), Changes: []byte(`{"after": {"zqb-c": "zqb"}}`), Attributes: []byte(`{"zqb-a": "zqb"}`),
		}
		for j := range a.TraceID {
			a.TraceID[j] = 0xfe - 0x22*byte(j%8)
		}
		for j := range a.SpanID {
			a.SpanID[j] = a.TraceID[j]
		}
		rows[i] = a
	}
	return rows
}

type parameter struct {
	Ref      string `yaml:"$ref"`
	Name, In string
	Required bool
}

// getOperations are the GET operations that the contract has, by their paths.
func getOperations(t *testing.T) map[string][]parameter {
	t.Helper()
	var document struct {
		Paths map[string]map[string]struct {
			Parameters []parameter
		}
		Components struct{ Parameters map[string]parameter }
	}
	require.NoError(t, yaml.Unmarshal(contract, &document))
	operations := map[string][]parameter{}
	for path, methods := range document.Paths {
		get, ok := methods["get"]
		if !ok {
			continue
		}
		for i, p := range get.Parameters {
			if p.Ref != "" {
				name := p.Ref[strings.LastIndexByte(p.Ref, '/')+1:]
				require.Contains(t, document.Components.Parameters, name)
				get.Parameters[i] = document.Components.Parameters[name]
			}
		}
		operations[path] = get.Parameters
	}
	require.Greater(t, len(operations), 15)
	return operations
}

var pathParameter = regexp.MustCompile(`\{(\w+)\}`)

// attempts are the requests for one operation that name what the other project has.
type attempt struct {
	path   string
	header http.Header
}

func attempts(t *testing.T, all *running, path string, parameters []parameter, row *model.Activity, lastID string) []attempt {
	t.Helper()
	ids := map[string]string{"activities": row.ID.String(), "entities": row.EntityID, "actors": row.ActorID, "operations": row.OperationID, "traces": foreignTrace, "migrations": "1"}
	kind, _, _ := strings.Cut(path[1:], "/")
	target := pathParameter.ReplaceAllStringFunc(path, func(name string) string {
		if name == "{type}" {
			return row.EntityType
		}
		require.Equal(t, "{id}", name, "%s: say what the other project has for it", path)
		require.Contains(t, ids, kind, "%s: say what the other project has for it", path)
		return ids[kind]
	})
	at := row.OccurredAt.Time().Format(time.RFC3339Nano)
	words := map[string][]string{
		"projectId": {row.ProjectID, "-own"}, "from": {"1h"}, "to": {time.Now().Add(time.Hour).UTC().Format(time.RFC3339)},
		"severity": {"critical"}, "status": {"failure"}, "source": {"integration"}, "action": {row.Action},
		"entityType": {row.EntityType}, "entityId": {row.EntityID}, "actorId": {row.ActorID}, "onBehalfOf": {row.OnBehalfOf},
		"traceId": {foreignTrace}, "operationId": {row.OperationID}, "q": {foreign}, "order": {"asc"}, "limit": {"50"},
		"fields": {"projectId,action,details,metadata,changes,attributes,clientAddress,traceId"}, "total": {"exact", "approx"},
		"at": {at}, "around": {at}, "buckets": {"5"}, "by": {"status", "source"}, "since": {"10m"}, "format": {"csv", "ocsf", "ndjson"},
		"prefix": {foreign}, "top": {"100"}, "dir": {"next"}, "cursor": nil,
		"field": {"action", "actorId", "entityType", "projectId"},
	}
	if kind == "suggest" {
		words["field"] = append(words["field"], "entityId")
	}
	base := url.Values{}
	var made []attempt
	add := func(values url.Values) { made = append(made, attempt{path: target + "?" + values.Encode()}) }
	for _, p := range parameters {
		if p.In == "query" && p.Required {
			base.Set(p.Name, words[p.Name][0])
		}
		if p.In == "header" && p.Name == "Last-Event-ID" {
			made = append(made, attempt{target, http.Header{"Last-Event-Id": {lastID}}})
		}
	}
	together := url.Values{}
	add(base)
	for _, p := range parameters {
		if p.In != "query" {
			continue
		}
		values, known := words[p.Name]
		require.True(t, known, "%s: say what the other project has for %s", path, p.Name)
		if p.Name == "cursor" {
			var first page
			all.json(target+"?limit=1", &first)
			values = []string{first.Page.NextCursor}
		} else if len(values) > 0 && p.Name != "total" && p.Name != "dir" {
			together.Set(p.Name, values[0])
		}
		for _, value := range values {
			one := url.Values{p.Name: {value}}
			for name, v := range base {
				if name != p.Name {
					one[name] = v
				}
			}
			add(one)
		}
	}
	add(together)
	return made
}

// read takes an answer as a whole, and of a stream the first activities, or what
// comes in a while.
func (a attempt) read(t *testing.T, r *running, while time.Duration) (status int, body string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+"/api/v1"+a.path, http.NoBody)
	require.NoError(t, err)
	maps.Copy(request.Header, a.header)
	request.Header.Set("Authorization", "Bearer "+r.token)
	response, err := r.client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	if response.Header.Get("Content-Type") == "text/event-stream" {
		defer time.AfterFunc(while, cancel).Stop()
		return response.StatusCode, firstActivities(response.Body)
	}
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	if response.Header.Get("Content-Type") == "application/problem+json" {
		var p map[string]any
		require.NoError(t, json.Unmarshal(content, &p))
		delete(p, "instance") // the path that was asked for
		content, err = json.Marshal(p)
		require.NoError(t, err)
	}
	return response.StatusCode, string(content)
}

func firstActivities(stream io.Reader) string {
	var read strings.Builder
	lines := bufio.NewReader(stream)
	for found := false; ; {
		line, err := lines.ReadString('\n')
		read.WriteString(line)
		found = found || strings.HasPrefix(line, "event: activities")
		if err != nil || found && line == "\n" {
			return read.String()
		}
	}
}

// TestNoRouteShowsAnotherProject asks every GET of the contract for the rows of
// another project, after somebody who may see them has asked for the same.
func TestNoRouteShowsAnotherProject(t *testing.T) {
	t.Parallel()
	const cursorKey = "0123456789abcdef0123456789abcdef"
	people := tokens{
		"own":     {"subject": "own", "claims": map[string]any{"projects": []any{"own"}}},
		"other":   {"subject": "other", "claims": map[string]any{"projects": []any{"zqb-project"}}, "membership": []string{"admins"}},
		"nothing": {"subject": "nothing"},
	}
	dsn := pgtest.NewDSN(t)
	all := startOn(t, dsn, func(c *Config) { c.CursorKey = cursorKey }, nil)
	r := startOn(t, dsn, func(c *Config) {
		guarded(c)
		c.CursorKey, c.Cache.TTL = cursorKey, time.Hour
	}, host{oidc: people})

	newest := time.Now().UTC().Truncate(time.Second)
	own := some(2)
	for i := range own {
		own[i].ProjectID, own[i].Status, own[i].Severity, own[i].HasDuration = "own", model.StatusSuccess, model.SeverityInfo, false
	}
	events := all.stream("", "")
	lastID := next(t, events, "heartbeat").id
	r.write(own...)
	others := foreigners(newest)
	r.writeFrom(&model.Resource{ID: 2, ScopeName: "zqb-scope", Attributes: []byte(`{"zqb-r":"zqb"}`)}, others...)
	_, err := pgtest.Pool(t, dsn).Exec(t.Context(), `INSERT INTO activity.rejected (occurred_at, id, project_id, action, sqlstate, error, payload)
SELECT now(), gen_random_uuid(), p, 'zqb.rejected', '22021', 'zqb-error', 'zqb' FROM unnest(ARRAY['zqb-project', 'zqb-project', 'own']) AS p;
INSERT INTO activity.migration (id, idempotency_key, name, spec) VALUES ('1', 'zqb', 'zqb-migration', '{}');
INSERT INTO activity.migration_difference (migration_id, source, table_name, kind, found_by, detail) VALUES ('1', 'audit.zqb', 'public.zqb', 'changed', 'comparison', 'zqb')`)
	require.NoError(t, err)

	embedded := embeddingToken(t, jwt.SigningMethodHS256, []byte(embeddingKey), func(c jwt.MapClaims) { c["project"] = "own" })
	showsNoRows := []string{"/activities/histogram", "/pipeline", "/me", "/healthz", "/ui-config.json"}
	marks := []string{foreign, foreignClient, foreignTrace, foreignSpan, others[0].ID.String()[24:32], "987.654", "987654", `"failure":`, `"integration":`}
	for path, parameters := range getOperations(t) {
		shown := false
		for _, a := range attempts(t, all, path, parameters, &others[0], lastID) {
			_, body := a.read(t, r.as("other"), 2*time.Second)
			shown = shown || strings.Contains(body, foreign)
			for _, token := range []string{"own", "nothing", embedded} {
				status, body := a.read(t, r.as(token), 250*time.Millisecond)
				for _, mark := range marks {
					require.NotContains(t, body, mark, a.path)
				}
				require.NotEqual(t, http.StatusInternalServerError, status, a.path)
				if path == "/rejected" || strings.HasPrefix(path, "/migrations") {
					require.Equal(t, http.StatusForbidden, status, a.path)
				}
				if path == "/activities/{id}" {
					require.Equal(t, http.StatusNotFound, status, a.path)
				}
				notMore(t, body, len(own))
			}
		}
		if !slices.Contains(showsNoRows, path) {
			require.True(t, shown, "%s: whoever may see the rows has to get them", path)
		}
	}
}

// notMore finds totals that count what belongs to others.
func notMore(t *testing.T, body string, most int) {
	t.Helper()
	var counted struct {
		Total   struct{ Value int }
		Summary struct{ Total, Failures int }
	}
	if json.Unmarshal([]byte(body), &counted) == nil {
		require.LessOrEqual(t, counted.Total.Value, most, body)
		require.LessOrEqual(t, counted.Summary.Total, most, body)
		require.Zero(t, counted.Summary.Failures, body)
	}
}

// TestAdminsAnswersAreNotKeptForOthers has two who see the same projects.
func TestAdminsAnswersAreNotKeptForOthers(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { guarded(c); c.Cache.TTL = time.Hour }, host{oidc: tokens{
		"admin": {"claims": map[string]any{"projects": "shop-1"}, "membership": "admins"},
		"plain": {"claims": map[string]any{"projects": "shop-1"}},
	}})
	var admin, plain map[string]any
	r.as("admin").json("/pipeline", &admin)
	r.as("plain").json("/pipeline", &plain)
	require.Contains(t, admin, "rejectedTotal")
	require.NotContains(t, plain, "rejectedTotal")
}
