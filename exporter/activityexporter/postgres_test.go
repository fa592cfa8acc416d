package activityexporter

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/schema"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/sql"
)

// startReal starts an exporter that writes to a real Postgres.
func startReal(t *testing.T, dsn string, cfg *Config) (exporter.Logs, *componenttest.Telemetry) {
	t.Helper()
	cfg.DSN = configopaque.String(dsn)
	telemetry := componenttest.NewTelemetry()
	set := exportertest.NewNopSettings(componentType)
	set.ID = component.NewID(componentType)
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	e, err := NewFactory().CreateLogs(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		require.NoError(t, e.Shutdown(ctx))
		require.NoError(t, telemetry.Shutdown(ctx))
	})
	return e, telemetry
}

// consume fails the test when the records are not written soon, so that an
// endless retry shows.
func consume(t *testing.T, e exporter.Logs, ld plog.Logs) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, e.ConsumeLogs(ctx, ld))
}

// orders are n records with ids of their own.
func orders(n int, at time.Time) plog.Logs {
	ld := plog.NewLogs()
	resource := ld.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "shop")
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	for i := range n {
		record := records.AppendEmpty()
		record.SetTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Duration(i) * time.Millisecond)))
		record.SetEventName("order.refund")
		record.Body().SetStr(fmt.Sprintf("refund %d", i))
		record.Attributes().PutStr("log.record.uid", fmt.Sprintf("0190f7c4-5d0a-7cc0-8000-%012d", i))
		record.Attributes().PutStr("activity.source", "user")
		record.Attributes().PutStr("activity.status", "success")
		record.Attributes().PutStr("user.id", "u-42")
	}
	return ld
}

func clone(ld plog.Logs) plog.Logs {
	to := plog.NewLogs()
	ld.CopyTo(to)
	return to
}

func count(t *testing.T, pool schema.DB, query string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), query, args...).Scan(&n))
	return n
}

func counter(t *testing.T, telemetry *componenttest.Telemetry, name string) []metricdata.DataPoint[int64] {
	t.Helper()
	metric, err := telemetry.GetMetric(name)
	require.NoError(t, err)
	return metric.Data.(metricdata.Sum[int64]).DataPoints
}

func rowsByOutcome(t *testing.T, telemetry *componenttest.Telemetry) map[string]int64 {
	t.Helper()
	rows := map[string]int64{}
	for _, point := range counter(t, telemetry, metricRows) {
		id, _ := point.Attributes.Value("exporter")
		require.Equal(t, "activity", id.AsString())
		outcome, _ := point.Attributes.Value("outcome")
		rows[outcome.AsString()] = point.Value
	}
	return rows
}

func TestRecordsBecomeRowsOnce(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewEmptyDSN(t)
	pool := pgtest.Pool(t, dsn)
	e, telemetry := startReal(t, dsn, synchronous())
	ld := orders(100, time.Now())
	consume(t, e, clone(ld))
	consume(t, e, clone(ld)) // what a sender does that got no answer
	require.Equal(t, 100, count(t, pool, `SELECT count(*) FROM activity.activity`))
	require.Equal(t, 100, count(t, pool, `SELECT count(DISTINCT id) FROM activity.activity
		WHERE action = 'order.refund' AND source = 'user' AND status = 'success' AND actor_id = 'u-42' AND service_name = 'shop'`))
	require.Equal(t, 100, count(t, pool, `SELECT sum(n) FROM activity.count_hour`))

	require.Equal(t, map[string]int64{"written": 100, "duplicate": 100, "rejected": 0}, rowsByOutcome(t, telemetry))
	sizes, err := telemetry.GetMetric(metricBatchSize)
	require.NoError(t, err)
	require.EqualValues(t, 200, sizes.Data.(metricdata.Histogram[int64]).DataPoints[0].Sum)
	durations, err := telemetry.GetMetric(metricWriteDuration)
	require.NoError(t, err)
	require.EqualValues(t, 2, durations.Data.(metricdata.Histogram[float64]).DataPoints[0].Count)
}

func TestRepairsAreCounted(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewDSN(t)
	pool := pgtest.Pool(t, dsn)
	e, telemetry := startReal(t, dsn, synchronous())
	ld := orders(3, time.Now())
	attributes := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(1).Attributes()
	attributes.PutStr("activity.entity.id", "4\x002")
	attributes.PutStr("activity.source", "martian")
	consume(t, e, ld)
	require.Equal(t, 3, count(t, pool, `SELECT count(*) FROM activity.activity`))
	for _, name := range []string{metricRepaired, metricUnknownWords} {
		require.EqualValues(t, 1, counter(t, telemetry, name)[0].Value, name)
	}
}

func TestRecordWithoutTimeIsTheSameAtEveryAttempt(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewEmptyDSN(t)
	pool := pgtest.Pool(t, dsn)
	cfg := synchronous()
	cfg.CreateSchema = false // so that the first attempts fail
	e, _ := startReal(t, dsn, cfg)
	sent := make(chan error)
	go func() { sent <- e.ConsumeLogs(t.Context(), oneRecord()) }()
	before := time.Now()
	time.Sleep(50 * time.Millisecond)
	creator, err := openStore(dsn, 1)
	require.NoError(t, err)
	require.NoError(t, creator.createSchema(t.Context()))
	creator.close()
	require.NoError(t, <-sent)
	require.Equal(t, 1, count(t, pool, `SELECT count(*) FROM activity.activity WHERE occurred_at < $1`, before.Add(25*time.Millisecond)))
}

func TestQueuesWhilePostgresIsDown(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateEmptyDatabase(t.Context())
	require.NoError(t, err)
	require.NoError(t, server.Stop())

	cfg := synchronous()
	cfg.QueueConfig.Get().WaitForResult = false
	cfg.RetryConfig.MaxInterval = 20 * time.Millisecond
	cfg.DSN = configopaque.String(dsn)
	host := &statusHost{Host: componenttest.NewNopHost()}
	e, err := NewFactory().CreateLogs(t.Context(), exportertest.NewNopSettings(componentType), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), host))
	for i := range 5 {
		require.NoError(t, e.ConsumeLogs(t.Context(), orders(10, time.Unix(int64(1_700_000_000+i), 0))))
	}
	require.Eventually(t, func() bool { return host.last() == componentstatus.StatusRecoverableError }, 10*time.Second, 5*time.Millisecond)

	require.NoError(t, server.Start(t.Context()))
	require.Eventually(t, func() bool { return host.last() == componentstatus.StatusOK }, 30*time.Second, 10*time.Millisecond)
	require.NoError(t, e.Shutdown(t.Context())) // writes what the queue still holds
	require.Equal(t, 50, count(t, pgtest.Pool(t, dsn), `SELECT count(*) FROM activity.activity`))
}

func TestRefusedRecordIsKeptAsideForReplay(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewDSN(t)
	pool := pgtest.Pool(t, dsn)
	_, err := pool.Exec(t.Context(), `ALTER TABLE activity.activity ADD CONSTRAINT no_poison CHECK (details <> 'poison')`)
	require.NoError(t, err)
	e, telemetry := startReal(t, dsn, synchronous())
	ld := orders(500, time.Now())
	ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(321).Body().SetStr("poison")
	consume(t, e, clone(ld))
	consume(t, e, clone(ld))
	require.Equal(t, 499, count(t, pool, `SELECT count(*) FROM activity.activity`))

	var reason string
	var payload []byte
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT error, payload FROM activity.rejected`).Scan(&reason, &payload))
	require.Contains(t, reason, "no_poison")
	require.Equal(t, map[string]int64{"written": 499, "duplicate": 499, "rejected": 2}, rowsByOutcome(t, telemetry))

	_, err = pool.Exec(t.Context(), `ALTER TABLE activity.activity DROP CONSTRAINT no_poison`)
	require.NoError(t, err)
	request := plogotlp.NewExportRequest()
	require.NoError(t, request.UnmarshalProto(payload))
	require.Equal(t, 1, request.Logs().LogRecordCount())
	consume(t, e, request.Logs())
	require.Equal(t, 1, count(t, pool, `SELECT count(*) FROM activity.activity
		WHERE id = '0190f7c4-5d0a-7cc0-8000-000000000321' AND details = 'poison' AND service_name = 'shop'`))
}

// With the shipped roles the exporter needs no right but those of the writer, for
// partitions, counts, dead letters and seals too.
func TestWorksAsTheWriter(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool := pgtest.Pool(t, dsn)
	_, err = pool.Exec(t.Context(), sql.Roles+`;
		CREATE ROLE collector LOGIN IN ROLE activity_writer;
		ALTER ROLE collector SET role = 'activity_writer'`)
	require.NoError(t, err)
	login := pool.Config().ConnConfig
	cfg := synchronous()
	cfg.MaintenanceInterval = 10 * time.Millisecond
	private, _, err := seal.NewKey()
	require.NoError(t, err)
	cfg.Seal = configoptional.Some(SealConfig{SigningKey: configopaque.String(private)})
	e, _ := startReal(t, fmt.Sprintf("host=%s port=%d dbname=%s user=collector", login.Host, login.Port, login.Database), cfg)
	at := time.Now().AddDate(0, -3, 0)
	for range 2 {
		consume(t, e, orders(5, at))
	}
	require.Equal(t, 5, count(t, pool, "SELECT count(*) FROM activity.activity"))
	require.Eventually(t, func() bool {
		return count(t, pool, "SELECT count(*) FROM activity.rollup_hour_delta") == 0 && count(t, pool, "SELECT count(*) FROM activity.seal") == 1
	}, 10*time.Second, 10*time.Millisecond)
}
