package postgreswalreceiver

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/xextension/storage"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// ownServer is a server for one test.
func ownServer(t *testing.T, settings map[string]string) string {
	t.Helper()
	dsn, err := pgtest.Own(t, pgtest.Options{Settings: settings}).CreateEmptyDatabase(t.Context())
	require.NoError(t, err)
	return dsn
}

// host has a storage extension, which keeps what it is given, and hears what is reported.
type host struct {
	component.Host
	kept *kept

	mu       sync.Mutex
	statuses []componentstatus.Status
	err      error
}

func newHost() *host { return &host{Host: componenttest.NewNopHost(), kept: &kept{}} }

func (h *host) GetExtensions() map[component.ID]component.Component {
	return map[component.ID]component.Component{component.MustNewID("memory"): h.kept}
}

func (h *host) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.statuses = append(h.statuses, event.Status())
	h.err = event.Err()
}

func (h *host) status() (componentstatus.Status, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.statuses) == 0 {
		return componentstatus.StatusNone, nil
	}
	return h.statuses[len(h.statuses)-1], h.err
}

// kept is a storage that outlives receivers, and not the test.
type kept struct {
	component.StartFunc
	component.ShutdownFunc
	storage.Client

	mu     sync.Mutex
	values map[string][]byte
}

func (k *kept) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	return k, nil
}

func (k *kept) Get(_ context.Context, key string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.values[key], nil
}

func (k *kept) Set(_ context.Context, key string, value []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.values == nil {
		k.values = map[string][]byte{}
	}
	k.values[key] = value
	return nil
}

func (*kept) Close(context.Context) error { return nil }

func remembering(c *Config) {
	id := component.MustNewID("memory")
	c.Storage = &id
}

func TestASlotThatIsGoneIsAGap(t *testing.T) {
	t.Parallel()
	s := newSite(t, remembering, func(c *Config) { c.Slot.OnLost = OnLostRecordGap })
	s.host = newHost()
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (1)")
	s.settled(t)
	s.stop(t)
	s.dropSlot(t)
	s.exec(t, "INSERT INTO public.orders VALUES (2)")
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (3)")
	records := s.wait(t, 3)
	require.Equal(t, []string{`orders.insert 1 after{"id":1}`, "postgres_wal.gap " + s.config.Slot.Name, `orders.insert 3 after{"id":3}`}, describe(records))
	gap := records[1]
	require.Less(t, lsn(t, s, text(gap, "activity.gap.from_lsn")), lsn(t, s, text(gap, "activity.gap.to_lsn")))
	require.Equal(t, "critical", text(gap, "activity.severity"))
	require.Contains(t, gap.Body().Str(), "is gone")

	s.stop(t)
	s.start(t)
	s.settled(t)
	s.wait(t, 3) // once
}

func TestASlotThatIsGoneStopsTheReceiver(t *testing.T) {
	t.Parallel()
	s := newSite(t, remembering)
	h := newHost()
	s.host = h
	s.start(t)
	s.stop(t)
	s.dropSlot(t)
	s.startAnyhow(t)
	require.Eventually(t, func() bool {
		status, _ := h.status()
		return status == componentstatus.StatusPermanentError
	}, patience, 5*time.Millisecond)
	_, err := h.status()
	require.ErrorIs(t, err, errLost)
	require.ErrorContains(t, err, "slot::on_lost")
	var slots int
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE slot_name = $1", s.config.Slot.Name).Scan(&slots))
	require.Zero(t, slots, "no new start")
}

// TestASlotWhoseLogIsGone is of a server that keeps no more than it was told to.
func TestASlotWhoseLogIsGone(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, ownServer(t, map[string]string{"max_slot_wal_keep_size": "'16MB'", "min_wal_size": "'32MB'", "max_wal_size": "'48MB'"}),
		func(c *Config) { c.Slot.OnLost = OnLostRecordGap })
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)", "CREATE UNLOGGED TABLE public.other (t text)")
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (1)")
	s.settled(t)
	s.stop(t)
	require.Eventually(t, func() bool {
		s.exec(t, "SELECT pg_catalog.pg_logical_emit_message(false, 'x', repeat('x', 20000000))", "SELECT pg_catalog.pg_switch_wal()", "CHECKPOINT")
		var status string
		require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT wal_status FROM pg_catalog.pg_replication_slots").Scan(&status))
		return status == "lost"
	}, patience, 10*time.Millisecond)
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (2)")
	records := s.wait(t, 3)
	require.Equal(t, []string{`orders.insert 1 after{"id":1}`, "postgres_wal.gap " + s.config.Slot.Name, `orders.insert 2 after{"id":2}`}, describe(records))
	require.Contains(t, records[1].Body().Str(), "max_slot_wal_keep_size")
}

// TestReconnects finds each change, and those that come again with the same id: a server
// that was stopped may have forgotten what it was told last.
func TestReconnects(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateEmptyDatabase(t.Context())
	require.NoError(t, err)
	s := newSiteAt(t, dsn)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (1)")
	s.waitForIDs(t, 1)
	s.exec(t, "SELECT pg_catalog.pg_terminate_backend(active_pid) FROM pg_catalog.pg_replication_slots")
	s.exec(t, "INSERT INTO public.orders VALUES (2)")
	s.waitForIDs(t, 2)
	require.NoError(t, server.Stop())
	require.NoError(t, server.Start(t.Context()))
	require.Eventually(t, func() bool {
		_, err := s.pool.Exec(t.Context(), "INSERT INTO public.orders VALUES (3)")
		return err == nil
	}, patience, 50*time.Millisecond)
	s.waitForIDs(t, 3)
}

// waitForIDs waits until there are n records of different ids.
func (s *site) waitForIDs(t *testing.T, n int) {
	t.Helper()
	ids := map[string]bool{}
	require.Eventually(t, func() bool {
		for _, record := range s.sink.all() {
			ids[text(record, "log.record.uid")] = true
		}
		return len(ids) >= n
	}, patience, 5*time.Millisecond, "%d of %d", len(ids), n)
	require.Len(t, ids, n)
}

func TestOneReaderOfASlotAtATime(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (1)")
	s.wait(t, 1)
	first := s.running
	s.startAnyhow(t) // waits in the wings
	second := s.running
	s.exec(t, "INSERT INTO public.orders VALUES (2)")
	s.wait(t, 2)
	require.NoError(t, first.Shutdown(t.Context()))
	s.exec(t, "INSERT INTO public.orders VALUES (3)")
	s.wait(t, 3)
	s.running = second
}

// TestAPromotedStandby is of a standby that has no slots, as before Postgres 17: what was
// written before it was promoted, and not read, is a gap.
func TestAPromotedStandby(t *testing.T) {
	t.Parallel()
	primary := pgtest.Own(t, pgtest.Options{})
	dsn, err := primary.CreateEmptyDatabase(t.Context())
	require.NoError(t, err)
	standby, err := primary.Standby(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, standby.Close()) })

	hosts := "host=" + primary.Folder() + "," + standby.Folder() + " port=5432,5432 user=postgres sslmode=disable target_session_attrs=read-write dbname="
	s := newSiteAt(t, hosts+pgtest.Pool(t, dsn).Config().ConnConfig.Database, func(c *Config) { c.Slot.OnLost = OnLostRecordGap })
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (1)")
	s.settled(t)
	require.Eventually(t, func() bool {
		var there bool
		err := s.pool.QueryRow(t.Context(), "SELECT bool_and(replay_lsn = pg_catalog.pg_current_wal_lsn()) FROM pg_catalog.pg_stat_replication WHERE application_name = 'walreceiver'").Scan(&there)
		return err == nil && there
	}, patience, 20*time.Millisecond, "the standby is behind")

	require.NoError(t, primary.Kill())
	admin := pgtest.Pool(t, standby.AdminDSN())
	_, err = admin.Exec(t.Context(), "SELECT pg_catalog.pg_promote()")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(s.sink.all()) == 2 }, patience, 20*time.Millisecond, "there is no gap")
	s.pool.Reset() // its connections are of the primary
	s.exec(t, "INSERT INTO public.orders VALUES (2)")
	require.Equal(t, []string{`orders.insert 1 after{"id":1}`, "postgres_wal.gap " + s.config.Slot.Name, `orders.insert 2 after{"id":2}`}, describe(s.wait(t, 3)))
}
