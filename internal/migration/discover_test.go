package migration

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

func TestDiscoverFindsWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	s := &site{application: pgtest.Pool(t, pgtest.NewEmptyDSN(t))}
	s.exec(t, audittest.SupaAuditSQL, audittest.PaperTrailSQL,
		"CREATE TABLE public.orders (id bigint PRIMARY KEY)", "CREATE TABLE public.users (id bigint PRIMARY KEY)",
		audittest.Enable("supa_audit", "public", "orders"), audittest.Enable("supa_audit", "public", "users"))
	for _, c := range []struct {
		spec  store.MigrationSpec
		found map[string]int // audit tables, and how many audited tables each has
	}{
		{store.MigrationSpec{}, map[string]int{"audit.record_version": 2, "public.versions": 0}},
		{store.MigrationSpec{Tables: []string{"public.orders"}}, map[string]int{"audit.record_version": 1}},
		{store.MigrationSpec{Tables: []string{"public.*"}}, map[string]int{"audit.record_version": 2, "public.versions": 0}},
		{store.MigrationSpec{Exclude: []string{"public.users", "public.versions"}}, map[string]int{"audit.record_version": 1}},
		{store.MigrationSpec{Exclude: []string{"audit.*"}}, map[string]int{"public.versions": 0}},
	} {
		sources, err := Discover(t.Context(), s.application, &c.spec)
		require.NoError(t, err)
		found := map[string]int{}
		for i := range sources {
			found[sources[i].String()] = len(sources[i].Tables)
		}
		require.Equal(t, c.found, found, "%+v", c.spec)
	}
	_, err := Discover(t.Context(), s.application, &store.MigrationSpec{Exclude: []string{"users"}})
	require.ErrorContains(t, err, "write schema.table")
}
