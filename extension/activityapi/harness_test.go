package activityapi

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// host has the extensions that a test needs.
type host map[component.ID]component.Component

func (h host) GetExtensions() map[component.ID]component.Component { return h }

// running is an extension that answers.
type running struct {
	t      *testing.T
	server *server
	url    string
	dsn    string
	client *http.Client
	token  string // sent with each request when there is one
}

// start runs the extension on a database of the test's own.
func start(t *testing.T, change func(*Config), extensions host) *running {
	t.Helper()
	return startOn(t, pgtest.NewDSN(t), change, extensions)
}

func startOn(t *testing.T, dsn string, change func(*Config), extensions host) *running {
	t.Helper()
	config := createDefaultConfig().(*Config)
	config.DSN = configopaque.String(dsn)
	config.HTTP.NetAddr.Endpoint = "127.0.0.1:0"
	config.MetricsEndpoint = ""
	config.Cache.TTL = 0
	if change != nil {
		change(config)
	}
	require.NoError(t, confmap.Validate(config))
	made, err := NewFactory().Create(t.Context(), nopSettings(), config)
	require.NoError(t, err)
	if extensions == nil {
		extensions = host{}
	}
	require.NoError(t, made.Start(t.Context(), extensions))
	transport := &http.Transport{DisableCompression: true}
	s := made.(*server)
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, s.Shutdown(context.WithoutCancel(t.Context())))
	})
	return &running{t: t, server: s, url: "http://" + s.address.String() + config.BasePath, dsn: dsn, client: &http.Client{Transport: transport}}
}

// as is the same server, asked with a token.
func (r *running) as(token string) *running {
	other := *r
	other.token = token
	return &other
}

func (r *running) do(method, path string, header http.Header) *http.Response {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, http.NoBody)
	require.NoError(r.t, err)
	maps.Copy(request.Header, header)
	if r.token != "" {
		request.Header.Set("Authorization", "Bearer "+r.token)
	}
	response, err := r.client.Do(request)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

// get reads an answer as a whole.
func (r *running) get(path string) (status int, body string) {
	r.t.Helper()
	response := r.do(http.MethodGet, path, nil)
	content, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	return response.StatusCode, string(content)
}

// json reads an answer that is one into a value.
func (r *running) json(path string, into any) {
	r.t.Helper()
	status, body := r.get("/api/v1" + path)
	require.Equal(r.t, http.StatusOK, status, body)
	require.NoError(r.t, json.Unmarshal([]byte(body), into), body)
}

// problem reads an answer that is one.
func (r *running) problem(method, path string, header http.Header) problemAnswer {
	r.t.Helper()
	response := r.do(method, path, header)
	content, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	require.Equal(r.t, "application/problem+json", response.Header.Get("Content-Type"), string(content))
	var p problemAnswer
	require.NoError(r.t, json.Unmarshal(content, &p))
	require.Equal(r.t, response.StatusCode, p.Status)
	require.Regexp(r.t, "^[0-9a-f]{32}$", p.TraceID)
	require.NotEmpty(r.t, p.Title)
	require.NotEmpty(r.t, p.Detail)
	return p
}

type problemAnswer struct {
	Title, Detail, Field string
	Status               int
	TraceID              string `json:"traceId"`
}

// write stores activities as the exporter does.
func (r *running) write(activities ...model.Activity) {
	r.t.Helper()
	r.writeFrom(&model.Resource{ID: 1, ScopeName: "test", Attributes: []byte(`{"service.name":"shop"}`)}, activities...)
}

func (r *running) writeFrom(resource *model.Resource, activities ...model.Activity) {
	r.t.Helper()
	pool, err := store.Open(r.dsn, 1)
	require.NoError(r.t, err)
	defer pool.Close()
	var batch store.Batch
	batch.AddResource(resource)
	for i := range activities {
		batch.Append(&activities[i])
	}
	result, err := store.NewWriter(pool).Write(r.t.Context(), &batch, func(int) []byte { return nil })
	require.NoError(r.t, err)
	require.Equal(r.t, len(activities), result.Written)
}

// some are n activities that end now, a second apart, of two projects.
func some(n int) []model.Activity {
	all := make([]model.Activity, n)
	newest := time.Now().UTC().Truncate(time.Second)
	for i := range all {
		all[i] = one(newest.Add(-time.Duration(n-1-i)*time.Second), i)
	}
	return all
}

func one(at time.Time, i int) model.Activity {
	a := model.Activity{
		ID: idAt(at, i), OccurredAt: model.MicrosOf(at), ObservedAt: model.MicrosOf(at),
		Source: model.SourceUser, Status: model.StatusSuccess, Severity: model.SeverityInfo, SeverityNumber: 9,
		Action: "order.create", ProjectID: "shop-" + strconv.Itoa(i%2),
		EntityType: "order", EntityID: strconv.Itoa(i / 2), ActorID: "alice", ActorName: "Alice",
		OperationID: "op-" + strconv.Itoa(i/4), Details: "number " + strconv.Itoa(i),
		ResourceID: 1,
		Metadata:   []byte(`{"n": 12345678901234567890}`),
		Changes:    []byte(`{"before": {"total": 1}, "after": {"total": 2}, "fields": ["total"]}`),
		Attributes: []byte(`{"k": "v"}`),
	}
	binary.BigEndian.PutUint64(a.TraceID[8:], uint64(i/4+1)) //nolint:gosec // counts from 0
	if i%5 == 0 {
		a.Status, a.Severity, a.Action, a.Reason = model.StatusFailure, model.SeverityCritical, "order.refund", "declined"
		a.Duration, a.HasDuration = 0.25, true
	}
	return a
}

func idAt(at time.Time, n int) model.ID {
	var id model.ID
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16|0x7000)
	id[8] = 0x80
	binary.BigEndian.PutUint32(id[12:], uint32(n)) //nolint:gosec // small
	return id
}

func with(pairs ...string) string {
	values := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		values.Add(pair[0], pair[1])
	}
	return "?" + values.Encode()
}

// page is an answer with activities.
type page struct {
	Items []map[string]any
	Page  struct {
		NextCursor, PrevCursor string
		HasMore                bool
		SearchedTo             time.Time
	}
	Total struct {
		Value    int64
		Relation string
	}
}

func (p page) details() []string {
	var details []string
	for _, item := range p.Items {
		details = append(details, fmt.Sprint(item["details"]))
	}
	return details
}

func trimLines(s string) []string { return strings.Split(strings.TrimSuffix(s, "\n"), "\n") }

func nopSettings() extension.Settings { return extensiontest.NewNopSettings(componentType) }
