package replication_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/replication"
)

func ownServer(t *testing.T, settings map[string]string) *pgxpool.Pool {
	t.Helper()
	server := pgtest.Own(t, pgtest.Options{Settings: settings})
	dsn, err := server.CreateEmptyDatabase(t.Context())
	require.NoError(t, err)
	return pgtest.Pool(t, dsn)
}

func slot(t *testing.T, pool *pgxpool.Pool, name string) *replication.Slot {
	t.Helper()
	s, err := replication.ReadSlot(t.Context(), pool, name)
	require.NoError(t, err)
	return s
}

func TestSlotIsMadeAndDropped(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	require.Nil(t, slot(t, pool, "cdc"))
	at, err := replication.CreateSlot(t.Context(), pool, "cdc", false)
	require.NoError(t, err)

	exec(t, pool, "CREATE TABLE public.t AS SELECT pg_logical_emit_message(true, 'p', repeat('x', 200000))")
	s := slot(t, pool, "cdc")
	require.Equal(t, replication.Plugin, s.Plugin)
	require.Equal(t, pool.Config().ConnConfig.Database, s.Database)
	require.Equal(t, at, s.ConfirmedFlush)
	require.LessOrEqual(t, s.Restart, at)
	require.False(t, s.Active || s.Temporary || s.Failover || s.Lost())
	require.Equal(t, "reserved", s.WALStatus)
	require.Greater(t, s.Lag(), int64(100_000))
	require.GreaterOrEqual(t, s.Kept(), s.Lag())

	_, err = replication.CreateSlot(t.Context(), pool, "cdc", false)
	require.ErrorContains(t, err, "create the slot cdc: ")
	require.NoError(t, replication.DropSlot(t.Context(), pool, "cdc"))
	require.Nil(t, slot(t, pool, "cdc"))
	require.ErrorContains(t, replication.DropSlot(t.Context(), pool, "cdc"), "drop the slot cdc: ")
	exec(t, pool, replication.CreateSlotSQL("cdc", false))
	require.NotNil(t, slot(t, pool, "cdc"))
}

func TestFailoverSlotTakesPostgres17(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	_, err := replication.CreateSlot(t.Context(), pool, "cdc", true)
	if version(t, pool) < 170000 {
		require.ErrorContains(t, err, "takes Postgres 17 or newer, and this server is 1")
		require.Nil(t, slot(t, pool, "cdc"))
		return
	}
	require.NoError(t, err)
	require.True(t, slot(t, pool, "cdc").Failover)
	exec(t, pool, replication.CreateSlotSQL("other", true))
	require.True(t, slot(t, pool, "other").Failover)
}

func TestPhysicalSlot(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	exec(t, pool, "SELECT pg_create_physical_replication_slot('standby')")
	s := slot(t, pool, "standby")
	require.Empty(t, s.Plugin+s.Database)
	require.Zero(t, s.Lag()+s.Kept())
}

func TestLostSlot(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, map[string]string{"max_slot_wal_keep_size": "'16MB'", "min_wal_size": "'32MB'", "max_wal_size": "'32MB'"})
	_, err := replication.CreateSlot(t.Context(), pool, "cdc", false)
	require.NoError(t, err)
	for range 6 {
		exec(t, pool, "SELECT pg_logical_emit_message(false, 'p', 'x'), pg_switch_wal()")
		exec(t, pool, "CHECKPOINT")
	}
	s := slot(t, pool, "cdc")
	require.True(t, s.Lost())
	require.Equal(t, "lost", s.WALStatus)
	require.Zero(t, s.Kept())
	require.Positive(t, s.ConfirmedFlush)
}

func TestLSNText(t *testing.T) {
	t.Parallel()
	for text, lsn := range map[string]replication.LSN{"0/0": 0, "16/B374D848": 0x16_B374D848, "FFFFFFFF/FFFFFFFF": 0xFFFFFFFF_FFFFFFFF} {
		require.Equal(t, text, lsn.String())
		parsed, err := replication.ParseLSN(text)
		require.NoError(t, err)
		require.Equal(t, lsn, parsed)
	}
	for _, text := range []string{"", "1", "1/", "/1", "1/2/3", "1/g", "100000000/0", "0/100000000", "+1/2", "-1/0"} {
		_, err := replication.ParseLSN(text)
		require.ErrorContains(t, err, "is no LSN", text)
	}
}
