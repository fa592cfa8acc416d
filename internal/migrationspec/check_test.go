package migrationspec_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/migrationspec"
	"github.com/otel-activity/otel-activity/internal/store"
)

const history = "name: history\nresource: {service.name: shop}\nactivity: {time: {path: /at}, action: {path: /what}}\n"

func TestCheck(t *testing.T) {
	t.Parallel()
	require.NoError(t, migrationspec.Check("off triggers", &store.MigrationSpec{
		Tables: []string{"public.*"}, Exclude: []string{"public.sessions"}, RowsPerSecond: 5000, ShadowSeconds: 600,
		Maps: []store.MigrationMap{{Table: "public.history", Map: history, Triggers: []string{"public.orders.audit"}}},
	}))
	for field, spec := range map[string]store.MigrationSpec{
		"tables":          {Tables: []string{"orders"}},
		"exclude":         {Exclude: []string{"a.b.c"}},
		"rows_per_second": {RowsPerSecond: -1},
		"shadow_seconds":  {ShadowSeconds: math.Inf(1)},
		"maps":            {Maps: []store.MigrationMap{{Table: "history", Map: history}}},
	} {
		mistake := &migrationspec.MistakeError{}
		require.ErrorAs(t, migrationspec.Check("x", &spec), &mistake)
		require.Equal(t, field, mistake.Field)
		require.NotEmpty(t, mistake.Text)
	}
	for _, m := range []store.MigrationMap{
		{Table: "public.history", Map: "nothing: true"}, {Table: "public.history", Map: history, Triggers: []string{"orders.audit"}},
	} {
		require.ErrorContains(t, migrationspec.Check("x", &store.MigrationSpec{Maps: []store.MigrationMap{m}}), "maps: ")
	}
	for _, name := range []string{"", " ", " x", strings.Repeat("ä", 129)} {
		require.ErrorContains(t, migrationspec.Check(name, &store.MigrationSpec{}), "name: ")
	}
}
