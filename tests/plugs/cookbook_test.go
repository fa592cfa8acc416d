package plugs

import (
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

var (
	sqlBlock = regexp.MustCompile("(?ms)^```sql\n(.*?)^```$")
	// optionalClause and template are Metabase's.
	optionalClause = regexp.MustCompile(`\[\[(.*?)\]\]`)
	template       = strings.NewReplacer(
		"{{project}}", "'acme'", "{{order}}", "'4217'", "{{from}}", "(current_date - 7)", "{{to}}", "current_date")
)

// Each block of the cookbook runs, and each question has an answer in the filled database,
// except for those to which nothing is a good one.
func TestCookbook(t *testing.T) {
	t.Parallel()
	nothing := map[string]bool{
		"activity.rollup_drift":               true, // no difference
		"started.status = 'pending'":          true, // all has ended
		"activity.activity_query_performance": true, // no pg_stat_statements
	}
	pool := pgtest.Pool(t, filledDSN(t))
	blocks := sqlBlock.FindAllStringSubmatch(read(t, "docs/guide/cookbook.md"), -1)
	require.Greater(t, len(blocks), 20)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	for _, block := range blocks {
		for _, query := range []string{optionalClause.ReplaceAllString(block[1], "$1"), optionalClause.ReplaceAllString(block[1], "")} {
			query = strings.TrimSuffix(strings.TrimSpace(template.Replace(query)), ";")
			require.NotContains(t, query, "{{", "a variable that this test doesn't know")
			n := count(t, tx, strings.Replace(query, "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
			expected := strings.HasPrefix(query, "SELECT")
			for part := range nothing {
				expected = expected && !strings.Contains(query, part)
			}
			require.Equal(t, expected, n > 0, "%d rows: %s", n, query)
		}
	}
}

// count runs a query and returns how many rows it has.
func count(t *testing.T, tx pgx.Tx, query string) (n int) {
	t.Helper()
	rows, err := tx.Query(t.Context(), query)
	require.NoError(t, err, query)
	for rows.Next() {
		n++
	}
	require.NoError(t, rows.Err(), query)
	return n
}
