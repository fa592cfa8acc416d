package activityexporter

import (
	"context"
	"crypto/ed25519"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pipeline"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// fakeDatabase stands for a Postgres where a test needs faults on command.
type fakeDatabase struct {
	onCreate func() error
	onWrite  func(context.Context) error
	created  atomic.Int64
	writes   atomic.Int64
	closed   atomic.Bool
}

func (f *fakeDatabase) open(string, int) (database, error) { return f, nil }

func (f *fakeDatabase) createSchema(context.Context) error {
	f.created.Add(1)
	if f.onCreate != nil {
		return f.onCreate()
	}
	return nil
}

func (f *fakeDatabase) write(ctx context.Context, rows *store.Batch, _ func(int) []byte) (store.Result, error) {
	f.writes.Add(1)
	if f.onWrite != nil {
		if err := f.onWrite(ctx); err != nil {
			return store.Result{}, err
		}
	}
	return store.Result{Written: rows.Len()}, nil
}

var errNoSchema = errors.New("there is no schema")

func (f *fakeDatabase) schemaMissing(err error) bool                        { return errors.Is(err, errNoSchema) }
func (f *fakeDatabase) maintain(context.Context, func(store.TaskRun)) error { return nil }
func (f *fakeDatabase) keepDefault(context.Context, time.Duration) error    { return nil }
func (f *fakeDatabase) seal(context.Context, ed25519.PrivateKey, time.Duration) (int, error) {
	return 0, nil
}
func (f *fakeDatabase) close() { f.closed.Store(true) }

// synchronous is a configuration whose ConsumeLogs returns when the records are
// written.
func synchronous() *Config {
	cfg := createDefaultConfig().(*Config)
	cfg.DSN = "postgres://localhost/app"
	cfg.QueueConfig.Get().WaitForResult = true
	cfg.QueueConfig.Get().Batch.Get().FlushTimeout = time.Millisecond
	cfg.QueueConfig.Get().Batch.Get().MinSize = 1
	cfg.RetryConfig.InitialInterval = time.Millisecond
	cfg.RetryConfig.MaxInterval = time.Millisecond
	return cfg
}

func newFake(t *testing.T, cfg *Config, f *fakeDatabase) exporter.Logs {
	t.Helper()
	e, err := newLogs(t.Context(), exportertest.NewNopSettings(componentType), cfg, f.open)
	require.NoError(t, err)
	return e
}

func oneRecord() plog.Logs {
	ld := plog.NewLogs()
	record := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	record.SetEventName("order.refund")
	return ld
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	t.Run("shutdown without start, twice", func(t *testing.T) {
		t.Parallel()
		e := newFake(t, synchronous(), &fakeDatabase{})
		require.NoError(t, e.Shutdown(t.Context()))
		require.NoError(t, e.Shutdown(t.Context()))
	})
	t.Run("start, consume, shutdown twice", func(t *testing.T) {
		t.Parallel()
		f := &fakeDatabase{}
		e := newFake(t, synchronous(), f)
		require.True(t, e.Capabilities().MutatesData)
		require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, e.ConsumeLogs(t.Context(), oneRecord()))
		require.EqualValues(t, 1, f.created.Load())
		require.EqualValues(t, 1, f.writes.Load())
		require.NoError(t, e.Shutdown(t.Context()))
		require.True(t, f.closed.Load())
		require.NoError(t, e.Shutdown(t.Context()))
	})
	t.Run("nothing to write", func(t *testing.T) {
		t.Parallel()
		f := &fakeDatabase{}
		e := newFake(t, synchronous(), f)
		require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, e.ConsumeLogs(t.Context(), plog.NewLogs()))
		require.Zero(t, f.writes.Load())
		require.NoError(t, e.Shutdown(t.Context()))
	})
}

func TestSchemaIsMadeAgainWhenItIsGone(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int64
	f := &fakeDatabase{onWrite: func(context.Context) error {
		if attempts.Add(1) == 2 {
			return errNoSchema
		}
		return nil
	}}
	e := newFake(t, synchronous(), f)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, e.ConsumeLogs(t.Context(), oneRecord()))
	require.NoError(t, e.ConsumeLogs(t.Context(), oneRecord()))
	require.EqualValues(t, 2, f.created.Load())
	require.NoError(t, e.Shutdown(t.Context()))
}

func TestMissingSchemaNamesTheRemedyWhenItIsAnothersBusiness(t *testing.T) {
	t.Parallel()
	f := &fakeDatabase{onWrite: func(context.Context) error { return errNoSchema }}
	cfg := synchronous()
	cfg.CreateSchema = false
	cfg.RetryConfig.Enabled = false
	e := newFake(t, cfg, f)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	require.ErrorContains(t, e.ConsumeLogs(t.Context(), oneRecord()), "activityctl schema up")
	require.Zero(t, f.created.Load())
	require.NoError(t, e.Shutdown(t.Context()))
}

// statusHost keeps what the exporter reports.
type statusHost struct {
	component.Host
	mu     sync.Mutex
	events []componentstatus.Status
}

func (h *statusHost) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, event.Status())
}

func (h *statusHost) last() componentstatus.Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.events) == 0 {
		return componentstatus.StatusNone
	}
	return h.events[len(h.events)-1]
}

func TestStatusFollowsPostgres(t *testing.T) {
	t.Parallel()
	var attempts atomic.Int64
	f := &fakeDatabase{onWrite: func(context.Context) error {
		if attempts.Add(1) < 4 {
			return errors.New("connection refused")
		}
		return nil
	}}
	host := &statusHost{Host: componenttest.NewNopHost()}
	cfg := synchronous()
	cfg.MaintenanceInterval = 0
	e := newFake(t, cfg, f)
	require.NoError(t, e.Start(t.Context(), host))
	require.NoError(t, e.ConsumeLogs(t.Context(), oneRecord()))
	require.NoError(t, e.Shutdown(t.Context()))
	require.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError, componentstatus.StatusOK}, host.events)
}

func TestStartWarnsAndFindsItsPostgres(t *testing.T) {
	t.Parallel()
	core, logs := observer.New(zap.WarnLevel)
	set := exportertest.NewNopSettings(componentType)
	set.Logger = zap.New(core)
	cfg := createDefaultConfig().(*Config)
	cfg.DSN = "postgres://localhost/app"
	e, err := newLogs(t.Context(), set, cfg, (&fakeDatabase{}).open)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, e.Shutdown(t.Context()))
	warnings := logs.FilterMessageSnippet("can lose activities").All()
	require.Len(t, warnings, 1)
	require.Contains(t, warnings[0].ContextMap()["remedy"], "sending_queue: {storage: file_storage}")

	cfg = synchronous()
	id := component.MustNewID("embedded_postgres")
	cfg.DSN, cfg.Postgres = "", &id
	missing := newFake(t, cfg, &fakeDatabase{})
	require.ErrorContains(t, missing.Start(t.Context(), componenttest.NewNopHost()), "postgres: there is no extension embedded_postgres: configure it")
	require.NoError(t, missing.Shutdown(t.Context()))

	cfg.QueueConfig.Get().StorageID = &id
	cfg.QueueConfig.Get().WaitForResult = false
	cfg.DSN, cfg.Postgres = "postgres://localhost/app", nil
	unstored := newFake(t, cfg, &fakeDatabase{})
	require.ErrorContains(t, unstored.Start(t.Context(), componenttest.NewNopHost()), "sending_queue::storage: there is no extension embedded_postgres: configure it")
	require.NoError(t, unstored.Shutdown(t.Context()))

	cfg = synchronous()
	cfg.DSN, cfg.Postgres = "", &id
	host := extensionHost{id: struct{ component.Component }{}}
	wrong := newFake(t, cfg, &fakeDatabase{})
	require.ErrorContains(t, wrong.Start(t.Context(), host), "runs no Postgres")
	require.NoError(t, wrong.Shutdown(t.Context()))

	host[id] = fakeServer{}
	dsn, err := cfg.dsn(host)
	require.NoError(t, err)
	require.Equal(t, "host=/run/embedded", dsn)
}

type extensionHost map[component.ID]component.Component

func (h extensionHost) GetExtensions() map[component.ID]component.Component { return h }

type fakeServer struct{ component.Component }

func (fakeServer) DSN() string { return "host=/run/embedded" }

func TestRecordsGetTheProjectOfTheirSender(t *testing.T) {
	t.Parallel()
	cfg := &Config{DefaultProject: "rest", ProjectMetadataKey: "x-project-id"}
	sender := client.NewContext(t.Context(), client.Info{
		Metadata: client.NewMetadata(map[string][]string{"X-Project-ID": {"shop"}}),
	})
	for name, test := range map[string]struct {
		ctx  context.Context
		own  string
		want string
	}{
		"from the metadata":     {sender, "", "shop"},
		"from the default":      {t.Context(), "", "rest"},
		"the Resource's own":    {sender, "activity.project.id", "own"},
		"the Resource's tenant": {sender, "audit.tenant.id", "own"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld := oneRecord()
			attributes := ld.ResourceLogs().At(0).Resource().Attributes()
			if test.own != "" {
				attributes.PutStr(test.own, "own")
			}
			cfg.nameProject(test.ctx, ld)
			require.Equal(t, 1, attributes.Len())
			for _, value := range attributes.All() {
				require.Equal(t, test.want, value.Str())
			}
		})
	}
}

// The contract's own receiver hands a consumer to a receiver; here the consumer
// is what the fake database asks for the outcome of a write.
func TestConsumeContract(t *testing.T) {
	t.Parallel()
	f := &fakeDatabase{}
	receiverType := component.MustNewType("contract")
	receivers := receiver.NewFactory(receiverType, func() component.Config { return nil },
		receiver.WithLogs(func(_ context.Context, _ receiver.Settings, _ component.Config, next consumer.Logs) (receiver.Logs, error) {
			f.onWrite = func(ctx context.Context) error { return next.ConsumeLogs(ctx, plog.NewLogs()) }
			return struct {
				component.StartFunc
				component.ShutdownFunc
			}{}, nil
		}, component.StabilityLevelDevelopment))
	exporters := exporter.NewFactory(componentType, createDefaultConfig,
		exporter.WithLogs(func(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
			return newLogs(ctx, set, cfg.(*Config), f.open)
		}, component.StabilityLevelDevelopment))
	exportertest.CheckConsumeContract(exportertest.CheckConsumeContractParams{
		T:                    t,
		NumberOfTestElements: 50,
		Signal:               pipeline.SignalLogs,
		ExporterFactory:      exporters,
		ExporterConfig:       synchronous(),
		ReceiverFactory:      receivers,
		ReceiverConfig:       receivertest.NewNopFactory().CreateDefaultConfig(),
	})
}
