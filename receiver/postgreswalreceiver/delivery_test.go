package postgreswalreceiver

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
)

func TestNothingIsConfirmedBeforeThePipelineHasIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	h := newHost()
	s.host = h
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	var refusals atomic.Int32
	s.sink.answer(func() error {
		refusals.Add(1)
		return errors.New("the queue is full")
	})
	s.start(t)
	s.exec(t, "INSERT INTO public.orders SELECT * FROM generate_series(1, 5000)")
	var committed string
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT pg_catalog.pg_current_wal_lsn()::text").Scan(&committed))
	require.Eventually(t, func() bool { return refusals.Load() > 2 }, patience, 5*time.Millisecond)
	require.Less(t, s.confirmed(t), lsn(t, s, committed))
	status, _ := h.status()
	require.Equal(t, componentstatus.StatusRecoverableError, status)

	s.sink.answer(nil)
	records := s.settled(t)
	require.Len(t, records, 5000, "each once: a refused batch was not lost, and not changed by whom refused it")
	require.GreaterOrEqual(t, s.confirmed(t), lsn(t, s, committed))
	status, _ = h.status()
	require.Equal(t, componentstatus.StatusOK, status)
}

// TestARestartGoesOn also shows that a change has the same id whenever it is read.
func TestARestartGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	s.start(t)
	s.exec(t, "INSERT INTO public.orders VALUES (1)")
	s.wait(t, 1)
	s.stop(t)
	s.exec(t, "INSERT INTO public.orders SELECT * FROM generate_series(2, 3000)")
	s.start(t)
	ids := map[string]bool{}
	for _, record := range s.settled(t) {
		ids[text(record, "log.record.uid")] = true
	}
	require.Len(t, ids, 3000)
}

func TestStatusGoesOutWhileThePipelineIsBusy(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *Config) { c.DSN += "&wal_sender_timeout=1s" })
	s.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	busy := make(chan struct{})
	free := sync.OnceFunc(func() { close(busy) })
	defer free()
	s.sink.answer(func() error { <-busy; return nil })
	s.start(t)
	var before int
	require.Eventually(t, func() bool { before = s.pid(t); return before != 0 }, patience, 5*time.Millisecond)
	s.exec(t, "INSERT INTO public.orders SELECT * FROM generate_series(1, 20000)")
	time.Sleep(3 * time.Second)
	require.Equal(t, before, s.pid(t), "Postgres has ended the connection")
	free()
	s.wait(t, 20_000)
}

// confirmed is what Postgres was told to be safe.
func (s *site) confirmed(t *testing.T) uint64 {
	t.Helper()
	var at string
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT confirmed_flush_lsn::text FROM pg_catalog.pg_replication_slots WHERE slot_name = $1", s.config.Slot.Name).Scan(&at))
	return lsn(t, s, at)
}

func lsn(t *testing.T, s *site, text string) uint64 {
	t.Helper()
	var bytes string
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT ($1::text::pg_lsn - '0/0')::text", text).Scan(&bytes))
	n, err := strconv.ParseUint(bytes, 10, 64)
	require.NoError(t, err)
	return n
}

// pid is of the server's process that sends.
func (s *site) pid(t *testing.T) int {
	t.Helper()
	var pid int
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT coalesce(active_pid, 0) FROM pg_catalog.pg_replication_slots WHERE slot_name = $1", s.config.Slot.Name).Scan(&pid))
	return pid
}
