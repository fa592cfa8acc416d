package replication_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/replication"
)

func TestFilter(t *testing.T) {
	t.Parallel()
	filter, err := replication.NewFilter([]string{"public.*", "sales*.order_*", "Odd.a+b", "*.audit"}, []string{"public.tmp_*", "*.secret"})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		schema, table string
		want          bool
	}{
		"all of a schema":          {"public", "orders", true},
		"another schema":           {"private", "orders", false},
		"within a part":            {"sales_eu", "order_line", true},
		"the other part":           {"sales_eu", "customer", false},
		"excluded":                 {"public", "tmp_import", false},
		"excluded everywhere":      {"public", "secret", false},
		"case counts":              {"Public", "orders", false},
		"no regular expression":    {"Odd", "aab", false},
		"what it says":             {"Odd", "a+b", true},
		"a line break is a letter": {"public", "a\nb", true},
		"activity":                 {"activity", "audit", false},
		"one that begins like it":  {"activity2", "audit", true},
		"the catalog":              {"pg_catalog", "audit", false},
		"information_schema":       {"information_schema", "audit", false},
		"temporary":                {"pg_temp_3", "audit", false},
		"out of line":              {"pg_toast", "audit", false},
	} {
		require.Equal(t, c.want, filter.Match(c.schema, c.table), name)
	}
	require.False(t, new(replication.Filter).Match("public", "orders"))
}

func TestPatternsHaveTwoParts(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"orders", "db.public.orders", "", "public.", ".orders", "."} {
		_, err := replication.NewFilter([]string{pattern}, nil)
		require.ErrorContains(t, err, "write schema.table", pattern)
		_, err = replication.NewFilter([]string{"public.*"}, []string{pattern})
		require.ErrorContains(t, err, "public.* for all of a schema", pattern)
	}
}
