package pgtest

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// Watch sees what is committed in a database, through a replication slot of its own.
type Watch struct {
	pool *pgxpool.Pool
	slot string
}

var watches atomic.Int64

// NewWatch begins to watch the database of pool until the test ends.
func NewWatch(tb testing.TB, pool *pgxpool.Pool) *Watch {
	tb.Helper()
	w := &Watch{pool: pool, slot: fmt.Sprintf("watch_%d", watches.Add(1))}
	_, err := pool.Exec(tb.Context(), "SELECT pg_create_logical_replication_slot($1, 'test_decoding')", w.slot)
	require.NoError(tb, err)
	tb.Cleanup(func() {
		_, err := pool.Exec(context.Background(), "SELECT pg_drop_replication_slot($1)", w.slot)
		require.NoError(tb, err)
	})
	return w
}

var short = strings.NewReplacer("[integer]", "", "[text]", "", "'", "")

// Log is what was committed since the last call, in the order of its commits: "B" and "C"
// for each transaction, in between the content of a message, "INSERT: id:1 status:open".
func (w *Watch) Log(tb testing.TB) []string {
	tb.Helper()
	rows, err := w.pool.Query(tb.Context(), "SELECT data FROM pg_logical_slot_get_changes($1, NULL, NULL)", w.slot)
	require.NoError(tb, err)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(tb, err)
	var log []string
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "BEGIN"):
			log = append(log, "B")
		case strings.HasPrefix(line, "COMMIT"):
			log = append(log, "C")
		case strings.HasPrefix(line, "message"):
			about, content, _ := strings.Cut(line, "content:")
			require.Regexp(tb, "^message: transactional: 1 prefix: activity.(context|record), ", about)
			log = append(log, content)
		default: // table public.orders: INSERT: id[integer]:1 status[text]:'open'
			_, change, _ := strings.Cut(line, ": ")
			log = append(log, short.Replace(change))
		}
	}
	return log
}
