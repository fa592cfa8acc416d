package replication_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// shapes are tables of every kind. What is of newer servers is not among them.
const shapes = `
CREATE SCHEMA activity;
CREATE TABLE activity.activity (id int PRIMARY KEY);
CREATE TABLE public.keyed (id int PRIMARY KEY, v text);
CREATE TABLE public.keyless (v text);
CREATE TABLE public.full_row (v text);
ALTER TABLE public.full_row REPLICA IDENTITY FULL;
CREATE TABLE public.nothing (id int PRIMARY KEY, v text);
ALTER TABLE public.nothing REPLICA IDENTITY NOTHING;
CREATE TABLE public.indexed (id int NOT NULL, v text);
CREATE UNIQUE INDEX indexed_id ON public.indexed (id);
ALTER TABLE public.indexed REPLICA IDENTITY USING INDEX indexed_id;
CREATE TABLE public.lost_index (id int NOT NULL, v text);
CREATE UNIQUE INDEX lost_index_id ON public.lost_index (id);
ALTER TABLE public.lost_index REPLICA IDENTITY USING INDEX lost_index_id;
DROP INDEX public.lost_index_id;
CREATE TABLE public.deferred (id int PRIMARY KEY DEFERRABLE, v text);
CREATE TABLE public.composite (v text, b int, a int, c text, PRIMARY KEY (a, b) INCLUDE (c));
CREATE TABLE public.generated (id int PRIMARY KEY, v text, twice int GENERATED ALWAYS AS (id * 2) STORED);
CREATE UNLOGGED TABLE public.unlogged (v text);
CREATE SCHEMA "Odd. ""Schema""";
CREATE TABLE "Odd. ""Schema"""."Tab'le ""x""" ("I""d" int PRIMARY KEY, v text);
CREATE TABLE public.parent (id int PRIMARY KEY, v text);
CREATE TABLE public.child (CHECK (id > 0)) INHERITS (public.parent);
CREATE VIEW public.a_view AS SELECT 1 AS v;
CREATE MATERIALIZED VIEW public.a_copy AS SELECT 1 AS v;
`

func TestTablesOfEveryKind(t *testing.T) {
	t.Parallel()
	pool := database(t, shapes)
	got := tables(t, pool)
	type want struct {
		identity   replication.Identity
		key        []string
		identified bool
	}
	wants := map[string]want{
		"public.keyed":      {replication.IdentityDefault, []string{"id"}, true},
		"public.keyless":    {replication.IdentityDefault, []string{}, false},
		"public.full_row":   {replication.IdentityFull, []string{}, true},
		"public.nothing":    {replication.IdentityNothing, []string{"id"}, false},
		"public.indexed":    {replication.IdentityIndex, []string{}, true},
		"public.lost_index": {replication.IdentityIndex, []string{}, false},
		"public.deferred":   {replication.IdentityDefault, []string{"id"}, false},
		"public.composite":  {replication.IdentityDefault, []string{"a", "b"}, true},
		"public.generated":  {replication.IdentityDefault, []string{"id"}, true},
		"public.unlogged":   {replication.IdentityDefault, []string{}, true},
		"public.parent":     {replication.IdentityDefault, []string{"id"}, true},
		"public.child":      {replication.IdentityDefault, []string{}, false},

		`Odd. "Schema".Tab'le "x"`: {replication.IdentityDefault, []string{`I"d`}, true},
	}
	require.Len(t, got, len(wants))
	for name, w := range wants {
		table, ok := got[name]
		require.True(t, ok, name)
		is := want{table.Identity, table.PrimaryKey, table.Identified()}
		require.Equal(t, w, is, name)
		require.Equal(t, replication.Ordinary, table.Kind, name)
		require.True(t, table.KeepsIdentity(), name)
		key, err := replication.KeyOf(t.Context(), pool, table.OID)
		require.NoError(t, err)
		require.ElementsMatch(t, w.key, key, name)
	}
	deferred, unlogged, generated := got["public.deferred"], got["public.unlogged"], got["public.generated"]
	require.True(t, deferred.Deferrable)
	require.True(t, unlogged.Unlogged)
	require.Equal(t, []string{"twice"}, generated.Generated)
}

func TestKeyOfNoRelation(t *testing.T) {
	t.Parallel()
	key, err := replication.KeyOf(t.Context(), database(t, ""), 4_294_967_295)
	require.NoError(t, err)
	require.Empty(t, key)
}

func TestTablesAreThoseThatMatch(t *testing.T) {
	t.Parallel()
	filter, err := replication.NewFilter([]string{"public.*ed"}, []string{"public.unlogged"})
	require.NoError(t, err)
	all, err := replication.Tables(t.Context(), database(t, shapes), filter)
	require.NoError(t, err)
	var names []string
	for i := range all {
		names = append(names, all[i].String())
	}
	require.Equal(t, []string{"public.deferred", "public.generated", "public.indexed", "public.keyed"}, names)
}

// What Blocked says is what the server does.
func TestServerRefusesWhatIsBlocked(t *testing.T) {
	t.Parallel()
	pool := database(t, shapes+partitions+generated(t))
	for name, table := range tables(t, pool) {
		if table.Unlogged {
			continue
		}
		exec(t, pool, replication.CreatePublicationSQL("of "+name, []replication.Table{table}))
		// An UPDATE of no rows is refused too, but for partitions, where the row decides.
		_, err := pool.Exec(t.Context(), "UPDATE "+table.SQL()+" SET v = v")
		require.Equal(t, table.Identified(), err == nil, "%s: %v", name, err)
		_, err = pool.Exec(t.Context(), "DELETE FROM "+table.SQL())
		require.Equal(t, table.Identified(), err == nil, "%s: %v", name, err)
		exec(t, pool, "DROP PUBLICATION "+pgx.Identifier{"of " + name}.Sanitize()) // its children are written through it
	}
}
