package postgreswalreceiver

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const patience = 20 * time.Second

// site is a database whose changes are read, and what came of them.
type site struct {
	dsn    string
	pool   *pgxpool.Pool
	config *Config
	sink   *sink
	host   component.Host

	lookInterval time.Duration
	settings     *receiver.Settings // those of a test of its own
	running      *walReceiver
}

func newSite(t *testing.T, change ...func(*Config)) *site {
	t.Helper()
	return newSiteAt(t, pgtest.NewEmptyDSN(t), change...)
}

func newSiteAt(t *testing.T, dsn string, change ...func(*Config)) *site {
	t.Helper()
	s := &site{dsn: dsn, pool: pgtest.Pool(t, dsn), sink: &sink{}, host: componenttest.NewNopHost()}
	s.config = createDefaultConfig().(*Config)
	s.config.DSN = configopaque.String(dsn)
	s.config.Slot.Name = slotName(t)
	s.config.AcknowledgeInterval = 20 * time.Millisecond
	for _, c := range change {
		c(s.config)
	}
	require.NoError(t, s.config.Validate())
	t.Cleanup(func() {
		s.stop(t)
		s.dropSlot(t) // else the server keeps its log for as long as it runs
	})
	return s
}

// dropSlot drops it as soon as the server has noticed that its reader is gone.
func (s *site) dropSlot(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		_, err := s.pool.Exec(context.Background(), "SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM pg_catalog.pg_replication_slots WHERE slot_name = $1", s.config.Slot.Name)
		return err == nil
	}, patience, 20*time.Millisecond, "the slot stays")
}

func slotName(t *testing.T) string {
	t.Helper()
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(t.Name()))
	return "t_" + name[:min(len(name), 60)]
}

func (s *site) exec(t *testing.T, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		_, err := s.pool.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

// start starts the receiver and waits until it has a slot: all that is written from then
// on is read.
func (s *site) start(t *testing.T) {
	t.Helper()
	s.startAnyhow(t)
	require.Eventually(t, func() bool { return s.running.progress.lsn() != 0 }, patience, time.Millisecond, "there is no slot")
}

func (s *site) startAnyhow(t *testing.T) {
	t.Helper()
	set := receivertest.NewNopSettings(componentType)
	if s.settings != nil {
		set = *s.settings
	}
	r, err := newLogs(set, s.config, s.sink)
	require.NoError(t, err)
	if s.lookInterval > 0 {
		r.lookInterval = s.lookInterval
	}
	require.NoError(t, r.Start(t.Context(), s.host))
	s.running = r
}

func (s *site) stop(t *testing.T) {
	t.Helper()
	if s.running != nil {
		require.NoError(t, s.running.Shutdown(context.Background()))
		s.running = nil
	}
}

// wait waits until n records have come, and returns all.
func (s *site) wait(t *testing.T, n int) []plog.LogRecord {
	t.Helper()
	require.Eventually(t, func() bool { return len(s.sink.all()) >= n }, patience, 5*time.Millisecond, "%d records of %d have come", len(s.sink.all()), n)
	records := s.sink.all()
	require.Len(t, records, n, "%s", describe(records))
	return records
}

// settled waits until all that was committed is confirmed, and returns all records.
func (s *site) settled(t *testing.T) []plog.LogRecord {
	t.Helper()
	var now string
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT pg_catalog.pg_current_wal_lsn()::text").Scan(&now))
	require.Eventually(t, func() bool {
		var there bool
		err := s.pool.QueryRow(t.Context(), "SELECT confirmed_flush_lsn >= $2::pg_lsn FROM pg_catalog.pg_replication_slots WHERE slot_name = $1", s.config.Slot.Name, now).Scan(&there)
		return err == nil && there
	}, patience, 10*time.Millisecond, "not all was confirmed")
	return s.sink.all()
}

// sink is a pipeline that keeps what it took.
type sink struct {
	mu      sync.Mutex
	records []plog.LogRecord
	// refuse is what it answers instead, while it isn't nil.
	refuse func() error
}

func (*sink) Capabilities() consumer.Capabilities { return consumer.Capabilities{MutatesData: true} }

// ConsumeLogs takes what it is given, and leaves nothing of it to the caller.
func (s *sink) ConsumeLogs(ctx context.Context, logs plog.Logs) error {
	s.mu.Lock()
	refuse := s.refuse
	s.mu.Unlock()
	if refuse != nil {
		if err := refuse(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				kept := plog.NewLogRecord()
				record.MoveTo(kept)
				s.records = append(s.records, kept)
			}
		}
	}
	return ctx.Err()
}

func (s *sink) all() []plog.LogRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]plog.LogRecord(nil), s.records...)
}

func (s *sink) answer(with func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = with
}

// describe writes records short, for tests to compare: the action, the entity's id, and
// what changed.
func describe(records []plog.LogRecord) []string {
	var lines []string
	for _, record := range records {
		parts := []string{record.EventName()}
		if id := text(record, "activity.entity.id"); id != "" {
			parts = append(parts, id)
		}
		for _, part := range []string{"before", "after", "fields"} {
			if v, ok := record.Attributes().Get("activity.changes." + part); ok {
				parts = append(parts, part+v.AsString())
			}
		}
		lines = append(lines, strings.Join(parts, " "))
	}
	return lines
}

func text(record plog.LogRecord, key string) string {
	v, ok := record.Attributes().Get(key)
	if !ok {
		return ""
	}
	return v.AsString()
}

// attempt holds one session and returns what ended it.
func (s *site) attempt(t *testing.T) error {
	t.Helper()
	s.startAnyhow(t)
	r := s.running
	r.stop()
	r.running.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return r.session(ctx, cancel)
}
