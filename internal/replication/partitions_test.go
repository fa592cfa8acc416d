package replication_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// partitions are trees whose roots and leaves have identities of their own. Each leaf
// has a row, because only a row of its own makes the server look at its identity.
const partitions = `
CREATE TABLE public.by_key (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
CREATE TABLE public.by_key_1 PARTITION OF public.by_key FOR VALUES FROM (0) TO (10) PARTITION BY RANGE (id);
CREATE TABLE public.by_key_11 PARTITION OF public.by_key_1 FOR VALUES FROM (0) TO (5);
CREATE TABLE public.by_key_2 PARTITION OF public.by_key FOR VALUES FROM (10) TO (20);
INSERT INTO public.by_key VALUES (1, ''), (11, '');
CREATE TABLE public.root_full (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE public.root_full_1 PARTITION OF public.root_full FOR VALUES FROM (0) TO (10);
ALTER TABLE public.root_full REPLICA IDENTITY FULL;
INSERT INTO public.root_full VALUES (1, '');
CREATE TABLE public.leaf_full (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE public.leaf_full_1 PARTITION OF public.leaf_full FOR VALUES FROM (0) TO (10);
ALTER TABLE public.leaf_full_1 REPLICA IDENTITY FULL;
INSERT INTO public.leaf_full VALUES (1, '');
CREATE TABLE public.one_leaf_short (id int, v text) PARTITION BY RANGE (id);
CREATE TABLE public.one_leaf_short_1 PARTITION OF public.one_leaf_short FOR VALUES FROM (0) TO (10);
CREATE TABLE public.one_leaf_short_2 PARTITION OF public.one_leaf_short FOR VALUES FROM (10) TO (20);
ALTER TABLE public.one_leaf_short_1 ADD PRIMARY KEY (id);
INSERT INTO public.one_leaf_short VALUES (1, ''), (11, '');
CREATE TABLE public.mixed (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);
CREATE TABLE public.mixed_1 PARTITION OF public.mixed FOR VALUES FROM (0) TO (10);
ALTER TABLE public.mixed REPLICA IDENTITY FULL;
INSERT INTO public.mixed VALUES (1, '');
CREATE TABLE public.unlogged_leaf (id int, v text) PARTITION BY RANGE (id);
CREATE UNLOGGED TABLE public.unlogged_leaf_1 PARTITION OF public.unlogged_leaf FOR VALUES FROM (0) TO (10);
INSERT INTO public.unlogged_leaf VALUES (1, '');
`

func TestPartitionsCountByTheirLeaves(t *testing.T) {
	t.Parallel()
	got := tables(t, database(t, partitions))
	require.Len(t, got, 6, "no leaf is a table of its own")
	type want struct {
		leaves            int
		identified, keeps bool
		mixed             int
	}
	for name, w := range map[string]want{
		"public.by_key":         {2, true, true, 0},
		"public.root_full":      {1, false, false, 1},
		"public.leaf_full":      {1, true, false, 1},
		"public.one_leaf_short": {2, false, false, 0},
		"public.mixed":          {1, true, true, 1},
		"public.unlogged_leaf":  {0, true, false, 0},
	} {
		table := got[name]
		require.Equal(t, replication.Partitioned, table.Kind, name)
		require.False(t, table.Partition, name)
		is := want{len(table.Leaves), table.Identified(), table.KeepsIdentity(), len(table.Mixed())}
		require.Equal(t, w, is, name)
		for _, leaf := range table.Leaves {
			require.True(t, leaf.Partition, leaf.String())
		}
	}
}

func TestNewPartitionsGetTheKeyAndNothingElse(t *testing.T) {
	t.Parallel()
	pool := database(t, partitions+`
		CREATE TABLE public.by_key_3 PARTITION OF public.by_key FOR VALUES FROM (20) TO (30);
		ALTER TABLE public.root_full_1 REPLICA IDENTITY FULL;
		CREATE TABLE public.root_full_2 PARTITION OF public.root_full FOR VALUES FROM (20) TO (30);`)
	got := tables(t, pool)
	byKey, full := got["public.by_key"], got["public.root_full"]
	require.True(t, byKey.Identified())
	require.False(t, full.Identified())
}

func TestPartitionsThatMatchByThemselvesAreNotTaken(t *testing.T) {
	t.Parallel()
	filter, err := replication.NewFilter([]string{"public.by_key_*"}, nil)
	require.NoError(t, err)
	all, err := replication.Tables(t.Context(), database(t, partitions), filter)
	require.NoError(t, err)
	require.Empty(t, all)
}
