package activityapi

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/sql"
)

// steered is what a request about migrations was answered.
type steered struct {
	status  int
	header  http.Header
	body    string
	problem problemAnswer
	api.Migration
}

func (r *running) steer(method, path, body string, header http.Header) steered {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, r.url+"/api/v1"+path, strings.NewReader(body))
	require.NoError(r.t, err)
	maps.Copy(request.Header, header)
	if r.token != "" {
		request.Header.Set("Authorization", "Bearer "+r.token)
	}
	response, err := r.client.Do(request)
	require.NoError(r.t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	got := steered{status: response.StatusCode, header: response.Header, body: string(content)}
	if response.StatusCode < http.StatusBadRequest {
		require.NoError(r.t, json.Unmarshal(content, &got.Migration), got.body)
		return got
	}
	require.Equal(r.t, "application/problem+json", response.Header.Get("Content-Type"), got.body)
	require.NoError(r.t, json.Unmarshal(content, &got.problem), got.body)
	return got
}

func key(key string) http.Header { return http.Header{"Idempotency-Key": {key}} }

func (r *running) startMigration() steered {
	r.t.Helper()
	got := r.steer(http.MethodPost, "/migrations", `{"name":"off triggers","shadowSeconds":0}`, key("k"))
	require.Equal(r.t, http.StatusCreated, got.status, got.body)
	return got
}

func (r *running) command(id, command, etag string) steered {
	r.t.Helper()
	return r.steer(http.MethodPost, "/migrations/"+id+"/"+command, "", http.Header{"If-Match": {etag}})
}

// shadowing brings a migration to where triggers and log run side by side.
func shadowing(t *testing.T, migrations *store.Migrations, id string) {
	t.Helper()
	require.NoError(t, migrations.Claim(t.Context(), "7/shop"))
	require.NoError(t, migrations.SaveDiscovered(t.Context(), id,
		[]store.MigrationSource{{Name: "audit.record_version", RowsTotal: 1000, Bytes: 1 << 20, Definition: []byte(`{"shape":"supa_audit"}`)}},
		[]store.MigrationTable{{Name: "public.orders", Source: "audit.record_version"}}))
	require.NoError(t, migrations.BeginSource(t.Context(), id, "audit.record_version", 700))
	require.NoError(t, migrations.SaveChunk(t.Context(), id, &store.MigrationChunk{
		Source: "audit.record_version", Pass: store.PassBackfill, StartedAt: time.Now(), LastKey: 250, Rows: 250, Written: 249, Skipped: 1, Rate: 125,
	}))
	m, err := migrations.Get(t.Context(), id)
	require.NoError(t, err)
	m.Phase, m.VerifiedAt, m.Compared = store.MigrationShadowing, time.Now(), 1000
	require.NoError(t, migrations.Save(t.Context(), m))
}

func TestMigrationIsStartedOnce(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	var config api.UIConfig
	r.json("/ui-config.json", &config)
	require.True(t, config.Migrations)
	var list api.MigrationList
	r.json("/migrations", &list)
	require.NotNil(t, list.Items)

	body := `{"name":"off triggers","tables":["public.*"],"exclude":["public.sessions"],"rowsPerSecond":5000,
		"maps":[{"table":"public.history","key":"id","map":"name: history\nresource: {service.name: shop}\nactivity: {time: {path: /at}, action: {path: /what}}"}]}`
	first := r.steer(http.MethodPost, "/migrations", body, key("k"))
	require.Equal(t, http.StatusCreated, first.status, first.body)
	require.Equal(t, `"1"`, first.header.Get("ETag"))
	require.Equal(t, "migrations/"+first.Id, first.header.Get("Location"))
	require.Equal(t, api.Discovered, first.Phase)
	require.False(t, first.Cutover.Open)
	require.NotEmpty(t, first.Cutover.Reason)
	again := r.steer(http.MethodPost, "/migrations", body, key("k"))
	require.Equal(t, http.StatusCreated, again.status)
	require.Equal(t, first.Id, again.Id)

	other := r.steer(http.MethodPost, "/migrations", body, key("other"))
	require.Equal(t, http.StatusConflict, other.status)
	require.Contains(t, other.problem.Detail, "finish or abort it first")
	r.json("/migrations", &list)
	require.Len(t, list.Items, 1)
	m, err := store.NewMigrations(pgtest.Pool(t, r.dsn)).Get(t.Context(), first.Id)
	require.NoError(t, err)
	require.InDelta(t, 600, m.Spec.ShadowSeconds, 0)
	require.Equal(t, []string{"public.sessions"}, m.Spec.Exclude)
	require.Equal(t, "id", m.Spec.Maps[0].Key)
}

func TestMigrationIsNotStartedFromMistakes(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	for body, field := range map[string]string{
		`{"name":""}`:                                "name",
		`{"name":"x","tables":["orders"]}`:           "tables",
		`{"name":"x","exclude":["orders"]}`:          "exclude",
		`{"name":"x","rowsPerSecond":-1}`:            "rowsPerSecond",
		`{"name":"x","shadowSeconds":-1}`:            "shadowSeconds",
		`{"name":"x","maps":[{"table":"a.b"}]}`:      "maps",
		`{"name":"x","restore":"DROP TABLE orders"}`: "",
		`not JSON`: "",
		`{"name":"x","tables":["` + strings.Repeat("x", 1<<20) + `"]}`: "",
	} {
		got := r.steer(http.MethodPost, "/migrations", body, key("k"))
		require.Equal(t, http.StatusBadRequest, got.status, got.body)
		require.Equal(t, field, got.problem.Field, got.body)
	}
	for _, header := range []http.Header{nil, key(""), key(strings.Repeat("k", 129))} {
		got := r.steer(http.MethodPost, "/migrations", `{"name":"x"}`, header)
		require.Equal(t, http.StatusBadRequest, got.status)
		require.Equal(t, "Idempotency-Key", got.problem.Field)
	}
}

func TestCommandsAreForAStateThatWasSeen(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	m := r.startMigration()
	paused := r.command(m.Id, "pause", `"1"`)
	require.Equal(t, http.StatusOK, paused.status)
	require.True(t, paused.Paused)
	require.Equal(t, `"2"`, paused.header.Get("ETag"))
	require.Equal(t, `"2"`, r.steer(http.MethodGet, "/migrations/"+m.Id, "", nil).header.Get("ETag"))

	for _, stale := range []string{`"1"`, `"made-up"`, `2`, `"-2"`, `"1", "2"`} {
		require.Equal(t, http.StatusPreconditionFailed, r.command(m.Id, "resume", stale).status, stale)
	}
	missing := r.steer(http.MethodPost, "/migrations/"+m.Id+"/resume", "", nil)
	require.Equal(t, http.StatusPreconditionRequired, missing.status)
	require.Equal(t, "If-Match", missing.problem.Field)
	refused := r.command(m.Id, "pause", "*")
	require.Equal(t, http.StatusConflict, refused.status)
	require.Contains(t, refused.problem.Detail, "paused already")
	require.False(t, r.command(m.Id, "resume", `W/"2"`).Paused)

	require.Equal(t, http.StatusConflict, r.command(m.Id, "cutover", "*").status)
	require.Equal(t, http.StatusNotFound, r.command("nobody", "pause", "*").status)
	require.Equal(t, http.StatusNotFound, r.command(m.Id, "explode", "*").status)
	require.Equal(t, http.StatusNotFound, r.steer(http.MethodGet, "/migrations/nobody", "", nil).status)
	require.Equal(t, http.StatusNotFound, r.steer(http.MethodGet, "/migrations/nobody/differences", "", nil).status)
	require.Equal(t, http.StatusBadRequest, r.command(m.Id, "finish?dropAfterDays=-1", "*").status)

	aborted := r.command(m.Id, "abort", "*")
	require.Equal(t, api.Aborted, aborted.Phase, "no Collector had taken it")
	require.False(t, *aborted.Success)
	require.Equal(t, http.StatusConflict, r.command(m.Id, "resume", "*").status)
}

func TestMigrationShowsWhatItIsAt(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	migrations := store.NewMigrations(pgtest.Pool(t, r.dsn))
	id := r.startMigration().Id
	shadowing(t, migrations, id)

	m := r.steer(http.MethodGet, "/migrations/"+id, "", nil)
	require.True(t, m.Cutover.Open, m.Cutover.Reason)
	require.Equal(t, "7/shop", m.Database)
	source := m.Sources[0]
	require.Equal(t, "supa_audit", source.Shape)
	require.EqualValues(t, 250, source.RowsDone)
	require.EqualValues(t, 1000, *source.RowsTotal)
	require.InDelta(t, 6, *source.SecondsLeft, 0.01)
	require.Equal(t, "public.orders", m.Tables[0].Table)
	require.Equal(t, api.Triggers, m.Tables[0].Recorder)
	require.Nil(t, m.Tables[0].LockMs)

	number := int64(17)
	require.NoError(t, migrations.AddCompared(t.Context(), id, map[string]int64{"public.orders": 40}, []store.Difference{
		{Source: "audit.record_version", Table: "public.orders", Kind: store.DifferenceMissingAuditRow, FoundBy: store.FoundByParity, LSN: 0x16B374D848, Detail: "an update of 5"},
		{Source: "audit.record_version", Table: "public.orders", Kind: store.DifferenceChanged, FoundBy: store.FoundByComparison, SourceKey: &number, ActivityID: model.ID{1}, OccurredAt: time.Now(), Detail: "total: 1 and 2"},
	}))
	require.NoError(t, migrations.NoteFence(t.Context(), id, "public.orders", 1500*time.Microsecond, 2, "the lock was not to be had"))
	m = r.steer(http.MethodGet, "/migrations/"+id, "", nil)
	require.Contains(t, m.Cutover.Reason, "2 rows differ")
	require.EqualValues(t, 1, m.Sources[0].Differences)
	table := m.Tables[0]
	require.EqualValues(t, 1, table.Mismatches)
	require.EqualValues(t, 40, table.Compared)
	require.InDelta(t, 1.5, *table.LockMs, 0.001)
	require.Equal(t, []string{"the lock was not to be had"}, table.Errors)

	var found api.MigrationDifferences
	r.json("/migrations/"+id+"/differences", &found)
	require.Len(t, found.Items, 2)
	require.False(t, found.HasMore)
	for _, d := range found.Items {
		if d.FoundBy == api.Parity {
			require.Equal(t, "16/B374D848", d.Lsn)
			require.Nil(t, d.Key)
		} else {
			require.Equal(t, number, *d.Key)
			require.False(t, d.OccurredAt.IsZero())
		}
	}
	r.json("/migrations/"+id+"/differences?limit=1", &found)
	require.Len(t, found.Items, 1)
	require.True(t, found.HasMore)
}

func TestFinishSaysWhenTriggersGo(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	migrations := store.NewMigrations(pgtest.Pool(t, r.dsn))
	id := r.startMigration().Id
	shadowing(t, migrations, id)
	m, err := migrations.Get(t.Context(), id)
	require.NoError(t, err)
	m.Phase = store.MigrationVerified
	require.NoError(t, migrations.Save(t.Context(), m))
	got := r.command(id, "finish", "*")
	require.Equal(t, api.Finish, got.Wanted)
	require.WithinDuration(t, time.Now().AddDate(0, 0, 30), got.DropAt, 2*time.Hour)
	got = r.command(id, "finish?dropAfterDays=0.5&dropTables=true", "*")
	require.WithinDuration(t, time.Now().Add(12*time.Hour), got.DropAt, time.Minute)
	require.True(t, got.DropTables)
}

// Each of the two ways in which a database takes no commands names another remedy.
func TestAPIWithoutRightsSaysWhoCanSteer(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool := pgtest.Pool(t, dsn)
	_, err = pool.Exec(t.Context(), sql.Roles+`; CREATE ROLE api LOGIN IN ROLE activity_reader; CREATE ROLE stranger LOGIN;
		CREATE ROLE standby LOGIN IN ROLE activity_owner; ALTER ROLE standby SET default_transaction_read_only = on`)
	require.NoError(t, err)
	as := func(role string) *running {
		return startOn(t, strings.Replace(dsn, "user=postgres", "user="+role, 1), nil, nil)
	}
	body := `{"name":"off triggers"}`

	reader := as("api")
	var list api.MigrationList
	reader.json("/migrations", &list)
	got := reader.steer(http.MethodPost, "/migrations", body, key("k"))
	require.Equal(t, http.StatusForbidden, got.status, got.body)
	require.Contains(t, got.problem.Detail, "GRANT activity_migrator TO")

	_, err = pool.Exec(t.Context(), "GRANT activity_migrator TO api")
	require.NoError(t, err)
	m := reader.startMigration()
	require.Equal(t, http.StatusOK, reader.command(m.Id, "pause", "*").status)
	require.Equal(t, http.StatusOK, reader.command(m.Id, "resume", "*").status)

	got = as("stranger").steer(http.MethodGet, "/migrations", "", nil)
	require.Equal(t, http.StatusForbidden, got.status)
	require.Contains(t, got.problem.Detail, "activityctl schema roles")
	got = as("standby").steer(http.MethodPost, "/migrations", body, key("k2"))
	require.Equal(t, http.StatusServiceUnavailable, got.status, got.body)
	require.Contains(t, got.problem.Detail, "the DSN of the primary")
}

func TestMigrationShowsHowFarTheLogIsBehind(t *testing.T) {
	t.Parallel()
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`# TYPE otelcol_activity_receiver_lag_bytes gauge
otelcol_activity_receiver_lag_bytes{receiver="postgres_wal"} 4096
otelcol_activity_receiver_lag_bytes{receiver="postgres_wal/other"} 12
`))
	}))
	defer collector.Close()
	r := start(t, func(c *Config) { c.MetricsEndpoint = collector.URL }, nil)
	require.Equal(t, int64(4096), *r.startMigration().LagBytes)
	require.Nil(t, start(t, nil, nil).startMigration().LagBytes)
}
