package migration

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

func TestPaceKeepsTheRate(t *testing.T) {
	t.Parallel()
	p := newPace(&Settings{Config: Config{RowsPerSecond: 1000}})
	m := &store.Migration{}
	m.Spec.RowsPerSecond = 10_000 // what was asked for counts
	p.asked = time.Now()
	began := time.Now()
	p.took(m, 10_000, time.Millisecond) // the second that it may make up for
	for range 4 {
		_, err := p.wait(t.Context())
		require.NoError(t, err)
		p.took(m, 1000, time.Millisecond)
	}
	require.InDelta(t, 0.3, time.Since(began).Seconds(), 0.15)
}

func TestChunksFollowTheRate(t *testing.T) {
	t.Parallel()
	r := &Runner{Settings: Settings{Config: Config{ChunkRows: 2000}}, pace: newPace(&Settings{})}
	for rate, rows := range map[float64]int{0: 2000, 10: 20, 2000: 100, 10_000: 500, 1e6: 2000} {
		m := &store.Migration{}
		m.Spec.RowsPerSecond = rate
		require.Equal(t, rows, r.chunkRows(m), rate)
	}
}

func TestPressureIsNoticed(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, pgtest.NewEmptyDSN(t))
	calm := newPace(&Settings{Config: DefaultConfig(), Application: pool})
	pressure, err := calm.wait(t.Context())
	require.NoError(t, err)
	require.Empty(t, pressure)

	busy := newPace(&Settings{Config: Config{MaxActiveSessions: 1}, Application: pool})
	for range 2 {
		conn, err := pool.Acquire(t.Context())
		require.NoError(t, err)
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer conn.Release()
			_, _ = conn.Exec(t.Context(), "SELECT pg_catalog.pg_sleep(3)")
		}()
		t.Cleanup(func() { <-done })
	}
	require.Eventually(t, func() bool {
		busy.asked = time.Time{}
		pressure, err := busy.wait(t.Context())
		require.NoError(t, err)
		return pressure == "Waiting: 2 sessions are at work (bound 1)."
	}, 2*time.Second, 10*time.Millisecond)

	slow := newPace(&Settings{Config: Config{MaxReadTime: time.Second}, Application: pool})
	for range watchedReads {
		slow.took(&store.Migration{}, 1, 1500*time.Millisecond)
	}
	pressure, err = slow.wait(t.Context())
	require.NoError(t, err)
	require.Contains(t, pressure, "reading a chunk took 1.5s")
	slow.asked = time.Time{}
	pressure, err = slow.wait(t.Context())
	require.NoError(t, err)
	require.Empty(t, pressure, "it is judged anew")
}
