package replication_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/replication"
)

const generatedTables = `
CREATE TABLE public.generated_key (a int, v text, b int GENERATED ALWAYS AS (a * 2) STORED PRIMARY KEY);
CREATE TABLE public.generated_full (a int, v text, b int GENERATED ALWAYS AS (a * 2) STORED);
ALTER TABLE public.generated_full REPLICA IDENTITY FULL;
CREATE TABLE public.generated_leaf (a int, v text, b int GENERATED ALWAYS AS (a * 2) STORED) PARTITION BY RANGE (a);
CREATE TABLE public.generated_leaf_1 PARTITION OF public.generated_leaf FOR VALUES FROM (0) TO (10);
ALTER TABLE public.generated_leaf REPLICA IDENTITY FULL;
ALTER TABLE public.generated_leaf_1 REPLICA IDENTITY FULL;
INSERT INTO public.generated_leaf (a) VALUES (1);
`

// virtualTables are for Postgres 18 and newer.
const virtualTables = `
CREATE TABLE public.virtual_keyed (a int PRIMARY KEY, v text, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
CREATE TABLE public.virtual_full (a int, v text, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
ALTER TABLE public.virtual_full REPLICA IDENTITY FULL;
CREATE TABLE public.virtual_keyless (a int, v text, b int GENERATED ALWAYS AS (a * 2) VIRTUAL);
`

func refusesGenerated(t *testing.T) bool {
	t.Helper()
	return version(t, pgtest.Pool(t, pgtest.Shared(t).AdminDSN())) >= 180000
}

// generated are tables with generated columns, as far as the server has them.
func generated(t *testing.T) string {
	t.Helper()
	if refusesGenerated(t) {
		return generatedTables + virtualTables
	}
	return generatedTables
}

func TestGeneratedColumnsOfTheIdentity(t *testing.T) {
	t.Parallel()
	newer := refusesGenerated(t)
	got := tables(t, database(t, generated(t)))
	for _, name := range []string{"public.generated_key", "public.generated_full", "public.generated_leaf"} {
		table := got[name]
		require.True(t, table.Identified(), name)
		published := replication.CreatePublicationSQL("p", []replication.Table{table})
		if newer {
			require.Contains(t, published, "publish_generated_columns = stored", name)
		} else {
			require.NotContains(t, published, "publish_generated", name)
		}
	}
	if newer {
		keyed, full := got["public.virtual_keyed"], got["public.virtual_full"]
		require.True(t, keyed.Identified())
		require.Equal(t, replication.ObstacleVirtual, full.Blocked())
		require.Contains(t, full.Remedies()[0], "never publishes its virtual generated columns")
		keyless := got["public.virtual_keyless"]
		require.Equal(t, replication.ObstacleNoIdentity, keyless.Blocked())
		require.Len(t, keyless.Remedies(), 2, "FULL is none")
	}
}

// WithFull is what FullSQL leads to.
func TestTablesWithFull(t *testing.T) {
	t.Parallel()
	pool := database(t, shapes+partitions+generated(t))
	before := tables(t, pool)
	for name := range before {
		table := before[name]
		for _, statement := range table.FullSQL() {
			exec(t, pool, statement)
		}
	}
	for name, after := range tables(t, pool) {
		table := before[name]
		require.Equal(t, after.Identity, table.WithFull(version(t, pool)).Identity, name)
		require.Equal(t, after.Blocked(), new(table.WithFull(version(t, pool))).Blocked(), name)
		require.Equal(t,
			replication.CreatePublicationSQL("p", []replication.Table{after}),
			replication.CreatePublicationSQL("p", []replication.Table{table.WithFull(version(t, pool))}), name)
	}
}
