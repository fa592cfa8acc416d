package store

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// What the guide says to type works: each block of SQL, but those for Supabase's roles.
func TestGuideToTheUpkeep(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	written(t, pool, 30)
	guide, err := os.ReadFile("../../docs/guide/upkeep.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?s)```sql\n(.*?)```").FindAllStringSubmatch(string(guide), -1)
	require.Greater(t, len(blocks), 8)
	for _, block := range blocks {
		if strings.Contains(block[1], "authenticat") {
			continue
		}
		statements := strings.ReplaceAll(block[1], ` \watch 60`, ";")
		conn, err := pool.Acquire(t.Context())
		require.NoError(t, err)
		_, err = conn.Exec(t.Context(), statements, pgx.QueryExecModeSimpleProtocol)
		conn.Release()
		require.NoError(t, err, statements)
	}
	require.Equal(t, "billing audited,shop default", one[string](t, pool,
		"SELECT string_agg(concat_ws(' ', project_id, class), ',' ORDER BY project_id) FROM activity.project_retention"))
}
