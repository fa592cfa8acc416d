package doctor

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

func ownServer(t *testing.T, settings map[string]string) *pgxpool.Pool {
	t.Helper()
	server := pgtest.Own(t, pgtest.Options{Settings: settings})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	return pgtest.Pool(t, dsn)
}

func slots(t *testing.T, x *examination) finding.Finding {
	t.Helper()
	found, err := slotsCheck.look(t.Context(), x)
	require.NoError(t, err)
	return only(t, found, checkSlots)
}

// fillWAL writes some segments of 16 MB.
func fillWAL(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	for range 4 {
		exec(t, pool, "SELECT pg_logical_emit_message(false, 'doctor', repeat('x', 1000)), pg_switch_wal()")
	}
}

func TestSlotThatNobodyReads(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	x := visit(pool)
	require.Equal(t, finding.OK, slots(t, x).Severity)

	exec(t, pool, "SELECT pg_create_physical_replication_slot('unused')")
	require.Equal(t, finding.OK, slots(t, x).Severity)
	exec(t, pool, "SELECT pg_create_physical_replication_slot('gone', true)")
	f := slots(t, x)
	require.Equal(t, finding.Info, f.Severity)
	fillWAL(t, pool)
	x.limits.WAL = 32 << 20
	f = slots(t, x)
	require.Equal(t, finding.Warning, f.Severity)
	require.Contains(t, f.What, "nobody reads the slot gone, which keeps ")
	require.Contains(t, f.Remedy, "pg_drop_replication_slot('gone')")
}

func TestLostSlot(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, map[string]string{"max_slot_wal_keep_size": "'16MB'", "min_wal_size": "'32MB'", "max_wal_size": "'32MB'"})
	exec(t, pool, "SELECT pg_create_logical_replication_slot('cdc', 'pgoutput')")
	for range 2 {
		fillWAL(t, pool)
		exec(t, pool, "CHECKPOINT")
	}
	f := slots(t, visit(pool))
	require.Equal(t, finding.Error, f.Severity)
	require.Contains(t, f.What, "the slot cdc is lost (")
}

func TestSlotsAreJudgedByWhatTheyKeep(t *testing.T) {
	t.Parallel()
	x := &examination{limits: DefaultLimits()}
	for name, c := range map[string]struct {
		slot store.Slot
		want finding.Severity
	}{
		"lags":       {store.Slot{Active: true, Status: "extended", LagBytes: 2 << 30}, finding.Warning},
		"unreserved": {store.Slot{Active: true, Status: "unreserved", LagBytes: 2 << 30}, finding.Error},
		"keeps up":   {store.Slot{Active: true, Status: "reserved", KeptBytes: 2 << 30}, finding.OK},
	} {
		require.Equal(t, c.want, finding.Worst(x.slot(&c.slot)), name)
	}
}
