package doctor

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestPartitionsThatAreMissing(t *testing.T) {
	t.Parallel()
	f := faulty(t, pgtest.New(t), checkPartitionsAhead, finding.Warning)
	require.Contains(t, f.What, "no partition for today")
}

func TestPartitionsThatAreMissingSoon(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	exec(t, pool, "SELECT activity.ensure_partitions_ahead(2)")
	f := faulty(t, pool, checkPartitionsAhead, finding.Warning)
	require.Contains(t, f.What, "partitions for 3 days")
	exec(t, pool, "SELECT activity.ensure_partitions_ahead()")
	require.Empty(t, extraordinary(examined(t, pool)))
}

func TestTooManyPartitions(t *testing.T) {
	t.Parallel()
	f := fault(t, checkPartitionsCount, finding.Warning, `DO $$
BEGIN
    FOR day IN 100..245 LOOP
        EXECUTE format('CREATE TABLE activity.%I PARTITION OF activity.activity FOR VALUES FROM (%L) TO (%L)',
            'day_' || day, current_date - day, current_date - day + 1);
    END LOOP;
END $$`)
	require.Contains(t, f.What, "155 partitions are attached")
}

func TestDefaultPartition(t *testing.T) {
	t.Parallel()
	f := fault(t, checkPartitionsDefault, finding.Warning, "CREATE TABLE activity.rest PARTITION OF activity.activity DEFAULT")
	require.Contains(t, f.What, "activity.rest is a DEFAULT partition")
}
