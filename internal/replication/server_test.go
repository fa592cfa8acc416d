package replication_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/replication"
)

func server(t *testing.T, db replication.Querier) *replication.Server {
	t.Helper()
	s, err := replication.ReadServer(t.Context(), db)
	require.NoError(t, err)
	return s
}

func TestServerAsItIsSet(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, map[string]string{
		"wal_level": "replica", "max_replication_slots": "7", "max_wal_senders": "6",
		"max_slot_wal_keep_size": "'3GB'", "wal_sender_timeout": "'90s'",
	})
	exec(t, pool, "SELECT pg_create_physical_replication_slot('standby')")
	s := server(t, pool)
	require.Equal(t, version(t, pool), s.VersionNumber)
	require.NotEmpty(t, s.Version)
	require.Equal(t, pool.Config().ConnConfig.Database, s.Database)
	require.NotZero(t, s.SystemID)
	require.False(t, s.InRecovery)
	require.Equal(t, "replica", s.WALLevel)
	require.Equal(t, []int{7, 1, 6, 0}, []int{s.MaxSlots, s.UsedSlots, s.MaxSenders, s.UsedSenders})
	require.Equal(t, int64(3)<<30, s.MaxKept)
	require.Equal(t, 90*time.Second, s.SenderTimeout)
	require.Zero(t, s.IdleTimeout)
	require.GreaterOrEqual(t, s.WALBytes, int64(0)) // the server counts with a delay
	require.Positive(t, s.WALPeriod)
	require.Len(t, s.EmitByPublic, 2)
	for _, form := range s.EmitByPublic {
		exec(t, pool, "REVOKE EXECUTE ON FUNCTION "+form+" FROM PUBLIC")
	}
	require.Empty(t, server(t, pool).EmitByPublic)
}

func TestServerByDefault(t *testing.T) {
	t.Parallel()
	s := server(t, database(t, ""))
	require.Equal(t, "logical", s.WALLevel)
	require.Negative(t, s.MaxKept)
	require.Equal(t, time.Minute, s.SenderTimeout)
}

func TestIdleTimeoutOfSlots(t *testing.T) {
	t.Parallel()
	shared := database(t, "")
	if version(t, shared) < 180000 {
		t.Skip("Postgres 18 brought idle_replication_slot_timeout")
	}
	pool := ownServer(t, map[string]string{"idle_replication_slot_timeout": "'2d'"})
	require.Equal(t, 48*time.Hour, server(t, pool).IdleTimeout)
}

// login is a connection to the same database as another role.
func login(t *testing.T, pool *pgxpool.Pool, role string) *pgxpool.Pool {
	t.Helper()
	config := pool.Config().Copy()
	config.ConnConfig.User = role
	other, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(other.Close)
	return other
}

func TestServerForARoleWithoutRights(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	exec(t, pool, "CREATE ROLE nobody LOGIN; REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
	s := server(t, login(t, pool, "nobody"))
	require.Zero(t, s.SystemID)
	require.Equal(t, "logical", s.WALLevel)
}

func TestRoles(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	exec(t, pool, `CREATE ROLE "Read'er" LOGIN REPLICATION; CREATE ROLE rds_replication; CREATE ROLE cloud IN ROLE rds_replication`)
	for name, want := range map[string]replication.Role{
		"":        {Name: "postgres", Superuser: true, Login: true, Replication: true, Connect: true, Create: true, Emit: true},
		"Read'er": {Name: "Read'er", Login: true, Replication: true, Connect: true, Emit: true},
		"cloud":   {Name: "cloud", Replication: true, Connect: true, Emit: true},
	} {
		role, err := replication.ReadRole(t.Context(), pool, name)
		require.NoError(t, err)
		require.Equal(t, &want, role)
	}
	role, err := replication.ReadRole(t.Context(), pool, "nobody")
	require.NoError(t, err)
	require.Nil(t, role)
	exec(t, pool, "REVOKE EXECUTE ON FUNCTION "+server(t, pool).EmitByPublic[0]+" FROM PUBLIC")
	role, err = replication.ReadRole(t.Context(), pool, "cloud")
	require.NoError(t, err)
	require.False(t, role.Emit)
}

func TestNotOwned(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	exec(t, pool, shapes+partitions+`CREATE ROLE "own'er"; CREATE ROLE heir IN ROLE "own'er"; CREATE ROLE set_role NOINHERIT IN ROLE "own'er";
		ALTER TABLE public.keyed OWNER TO "own'er"; ALTER TABLE public.by_key OWNER TO "own'er";`)
	got := tables(t, pool)
	all := []replication.Table{got["public.keyed"], got["public.by_key"], got["public.keyless"]}
	for role, want := range map[string]map[uint32]string{
		"postgres": {},
		"own'er":   {all[2].OID: "postgres"},
		"heir":     {all[2].OID: "postgres"},
	} {
		owners, err := replication.NotOwned(t.Context(), pool, role, all)
		require.NoError(t, err)
		require.Equal(t, want, owners, role)
	}
	// It may be the server refuses exactly those.
	exec(t, pool, "GRANT CREATE ON DATABASE "+pool.Config().ConnConfig.Database+" TO heir; ALTER ROLE heir LOGIN")
	heir := login(t, pool, "heir")
	exec(t, heir, replication.CreatePublicationSQL("p", all[:2]))
	_, err := heir.Exec(t.Context(), replication.CreatePublicationSQL("q", all))
	require.ErrorContains(t, err, "must be owner of table keyless")
}

func TestTraffic(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	exec(t, pool, partitions+`
		CREATE TABLE public.busy (id int PRIMARY KEY, v text);
		CREATE TABLE public.wide (v text);
		ALTER TABLE public.wide ALTER COLUMN v SET STORAGE EXTERNAL;
		CREATE TABLE public.untouched (v text);
		SELECT pg_stat_reset();`)
	exec(t, pool, `
		INSERT INTO public.busy SELECT n, repeat('x', 100) FROM generate_series(1, 1000) AS n;
		INSERT INTO public.wide SELECT repeat('x', 20000) FROM generate_series(1, 100);
		UPDATE public.by_key SET v = repeat('y', 60);`)
	exec(t, pool, "UPDATE public.busy SET v = v WHERE id <= 100; DELETE FROM public.busy WHERE id <= 10")
	exec(t, pool, "VACUUM ANALYZE public.wide")
	exec(t, pool, "ANALYZE")
	got := tables(t, pool)
	all := []replication.Table{got["public.busy"], got["public.wide"], got["public.untouched"], got["public.by_key"]}
	var of map[uint32]replication.Traffic
	require.Eventually(t, func() bool { // sessions report what they did later
		var err error
		of, err = replication.ReadTraffic(t.Context(), pool, all)
		require.NoError(t, err)
		return of[all[0].OID].Deletes > 0 && of[all[3].OID].Updates > 0
	}, 10*time.Second, 100*time.Millisecond)
	busy, wide, untouched, byKey := of[all[0].OID], of[all[1].OID], of[all[2].OID], of[all[3].OID]
	require.Equal(t, []int64{1000, 100, 10}, []int64{busy.Inserts, busy.Updates, busy.Deletes})
	require.InDelta(t, 105, busy.RowBytes, 15)
	require.InDelta(t, 20_000, wide.RowBytes, 6_000)
	require.Zero(t, untouched.RowBytes+untouched.OldRowsADay())
	require.Equal(t, int64(2), byKey.Updates, "the sum of its leaves'")
	require.InDelta(t, 65, byKey.RowBytes, 15)
	require.False(t, busy.PeriodUnknown)
	require.Less(t, busy.Period, time.Minute)
	require.Equal(t, 110*busy.RowBytes*24*60, busy.OldRowsADay(), "never of less than a minute")

	exec(t, pool, "CREATE ROLE nobody LOGIN")
	of, err := replication.ReadTraffic(t.Context(), login(t, pool, "nobody"), all)
	require.NoError(t, err)
	busy = of[all[0].OID]
	require.InDelta(t, 140, busy.RowBytes, 40)
}

func TestTrafficSinceAnUnknownTime(t *testing.T) {
	t.Parallel()
	pool := database(t, "CREATE TABLE public.t (v text)")
	if version(t, pool) < 150000 {
		t.Skip("before Postgres 15, statistics begin with the first look")
	}
	table := tables(t, pool)["public.t"]
	of, err := replication.ReadTraffic(t.Context(), pool, []replication.Table{table})
	require.NoError(t, err)
	require.True(t, of[table.OID].PeriodUnknown)
	require.Positive(t, of[table.OID].Period)
}
