package activity

import (
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestIDIsAUUIDv7(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_900_000_000_123).Add(456 * time.Microsecond)
	for range 1000 {
		var source idSource
		id := source.next(now)
		parsed, err := uuid.Parse(id)
		require.NoError(t, err)
		require.Equal(t, parsed.String(), id)
		require.Equal(t, uuid.Version(7), parsed.Version())
		require.Equal(t, uuid.RFC4122, parsed.Variant())

		millis, err := strconv.ParseInt(id[:8]+id[9:13], 16, 64)
		require.NoError(t, err)
		require.Equal(t, now.UnixMilli(), millis)
	}
}

func TestIDsOfOneInstantAreInOrder(t *testing.T) {
	t.Parallel()
	var source idSource
	now := time.Now()
	made := make([]string, 10_000)
	for i := range made {
		made[i] = source.next(now)
	}
	require.True(t, slices.IsSorted(made))
	require.Len(t, slices.Compact(made), 10_000)
}

func TestIDsFollowTheClock(t *testing.T) {
	t.Parallel()
	var source idSource
	now := time.Now()
	previous := source.next(now)
	for step := time.Nanosecond; step < time.Hour; step *= 3 {
		id := source.next(now.Add(step))
		require.Greater(t, id, previous)
		previous = id
	}
}

func TestIDsSurviveAClockThatIsSetBack(t *testing.T) {
	t.Parallel()
	var source idSource
	now := time.Now()
	first := source.next(now)
	require.Greater(t, source.next(now.Add(-500*time.Millisecond)), first, "a small step back keeps the order")
	require.Less(t, source.next(now.Add(-time.Hour)), first, "a large one is followed")
}

func TestIDsAreUniqueAndOrderedUnderConcurrency(t *testing.T) {
	t.Parallel()
	const workers, each = 8, 20_000
	made := make([][]string, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			made[w] = make([]string, each)
			for i := range made[w] {
				made[w][i] = newID(time.Now())
			}
		})
	}
	wg.Wait()
	seen := make(map[string]bool, workers*each)
	for _, list := range made {
		require.True(t, slices.IsSorted(list))
		for _, id := range list {
			seen[id] = true
		}
	}
	require.Len(t, seen, workers*each)
}

// testing.AllocsPerRun refuses to run in parallel.
func TestIDTakesOneAllocation(t *testing.T) { //nolint:paralleltest // see above
	now := time.Now()
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { _ = newID(now) }), 1.0)
}
