package replication_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/replication"
)

func publication(t *testing.T, pool *pgxpool.Pool, name string) *replication.Publication {
	t.Helper()
	p, err := replication.ReadPublication(t.Context(), pool, name)
	require.NoError(t, err)
	return p
}

func published(p *replication.Publication) []string {
	var names []string
	for i := range p.Tables {
		names = append(names, p.Tables[i].String())
	}
	return names
}

func TestPublicationIsMadeAndSet(t *testing.T) {
	t.Parallel()
	pool := database(t, shapes+partitions)
	const name = `It's "one"`
	require.Nil(t, publication(t, pool, name))
	all, err := replication.Tables(t.Context(), pool, everything(t))
	require.NoError(t, err)
	exec(t, pool, replication.CreatePublicationSQL(name, all))

	var want []string
	for i := range all {
		if !all[i].Unlogged {
			want = append(want, all[i].String())
		}
	}
	p := publication(t, pool, name)
	require.Equal(t, want, published(p))
	require.Equal(t, "postgres", p.Owner)
	require.True(t, p.ViaRoot && p.Insert && p.Update && p.Delete && p.Truncate && !p.AllTables)

	exec(t, pool, `ALTER PUBLICATION "It's ""one""" SET (publish = 'insert', publish_via_partition_root = false)`)
	p = publication(t, pool, name)
	require.False(t, p.ViaRoot || p.Update || p.Delete || p.Truncate)
	fewer := slices.DeleteFunc(all, func(table replication.Table) bool { return table.Schema == "public" })
	exec(t, pool, replication.SetPublicationSQL(name, fewer))
	p = publication(t, pool, name)
	require.Equal(t, []string{`Odd. "Schema".Tab'le "x"`}, published(p))
	require.True(t, p.ViaRoot && p.Update && p.Delete && p.Truncate)
}

func TestPublicationTakesNoChildrenAlong(t *testing.T) {
	t.Parallel()
	pool := database(t, shapes)
	parent := tables(t, pool)["public.parent"]
	exec(t, pool, replication.CreatePublicationSQL("p", []replication.Table{parent}))
	require.Equal(t, []string{"public.parent"}, published(publication(t, pool, "p")))
}

func TestPublicationOfNothing(t *testing.T) {
	t.Parallel()
	pool := database(t, shapes)
	exec(t, pool, replication.CreatePublicationSQL("p", nil))
	require.Empty(t, publication(t, pool, "p").Tables)
	require.Empty(t, replication.SetPublicationSQL("p", nil))
}

func TestPublicationOfAllTables(t *testing.T) {
	t.Parallel()
	pool := database(t, shapes+"CREATE PUBLICATION p FOR ALL TABLES")
	p := publication(t, pool, "p")
	require.True(t, p.AllTables)
	require.False(t, p.ViaRoot)
	require.Contains(t, published(p), "activity.activity")
}

func TestPublicationOfColumnsAndRows(t *testing.T) {
	t.Parallel()
	pool := database(t, shapes)
	if version(t, pool) < 150000 {
		t.Skip("Postgres 15 brought column lists and row filters")
	}
	exec(t, pool, "CREATE PUBLICATION p FOR TABLE public.keyed (id), ONLY public.parent WHERE (id > 3)")
	p := publication(t, pool, "p")
	require.Equal(t, []string{"public.keyed", "public.parent"}, published(p))
	require.True(t, p.Tables[0].ColumnList)
	require.False(t, p.Tables[1].ColumnList)
	require.Equal(t, "(id > 3)", p.Tables[1].RowFilter)

	exec(t, pool, "CREATE PUBLICATION q FOR TABLES IN SCHEMA activity, TABLE public.keyed")
	require.Equal(t, []string{"activity.activity", "public.keyed"}, published(publication(t, pool, "q")))
	keyed := tables(t, pool)["public.keyed"]
	exec(t, pool, replication.SetPublicationSQL("q", []replication.Table{keyed}))
	require.Equal(t, []string{"public.keyed"}, published(publication(t, pool, "q")))
}

func TestUnidentifiedErrorNamesTheRemedies(t *testing.T) {
	t.Parallel()
	pool := database(t, shapes+partitions)
	all, err := replication.Tables(t.Context(), pool, everything(t))
	require.NoError(t, err)
	refused := replication.CheckIdentified(all)
	var e *replication.UnidentifiedError
	require.ErrorAs(t, refused, &e)
	require.Equal(t, replication.Unidentified(all), e.Tables)
	for _, want := range []string{
		`public.keyless (ALTER TABLE "public"."keyless" ADD PRIMARY KEY (…), or ALTER TABLE "public"."keyless" REPLICA IDENTITY FULL, or exclude public.keyless)`,
		`public.nothing (ALTER TABLE "public"."nothing" REPLICA IDENTITY DEFAULT, or `,
		`public.deferred (ALTER TABLE "public"."deferred" DROP CONSTRAINT …, ADD PRIMARY KEY ("id"), or `,
		`ALTER TABLE "public"."root_full" REPLICA IDENTITY FULL; ALTER TABLE "public"."root_full_1" REPLICA IDENTITY FULL, or `,
	} {
		require.ErrorContains(t, refused, want)
	}
	// Each remedy is SQL that works.
	for i := range e.Tables {
		for _, statement := range e.Tables[i].FullSQL() {
			exec(t, pool, statement)
		}
	}
	all, err = replication.Tables(t.Context(), pool, everything(t))
	require.NoError(t, err)
	require.NoError(t, replication.CheckIdentified(all))
}
