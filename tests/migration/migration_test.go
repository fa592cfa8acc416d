package main

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const binary = "../../dist/otelcol-activity"

// The short form of what `make chaos-migration` does at length.
func TestMigrationUnderFaults(t *testing.T) {
	if _, err := os.Stat(binary); err != nil {
		t.Fatalf("%v: run `make build` first, or `make test`, which does", err)
	}
	require.NoError(t, perform(t.Context(), &options{
		parts: []string{"main", "abort/verified"},
		rows:  5000, kills: 3, rate: 50, seed: 1, binary: binary,
	}))
}

func listed(all ...counted) list {
	return func(yield func(counted, error) bool) {
		for _, c := range all {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func TestCompareTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	same, lost, doubled, untrue := change{"a", "INSERT", "1", "7"}, change{"a", "INSERT", "2", "8"}, change{"a", "UPDATE", "1", "9"}, change{"b", "DELETE", "3", ""}
	truth := listed(counted{same, 1}, counted{lost, 2}, counted{doubled, 1})
	f, err := compare(truth, listed(counted{same, 1}, counted{lost, 1}, counted{doubled, 3}, counted{untrue, 1}))
	require.NoError(t, err)
	require.Equal(t, tally{truth: 3, stored: 2, lost: 1, example: lost}, *f.kinds[kind{"a", "INSERT"}])
	require.Equal(t, tally{truth: 1, stored: 3, doubled: 2, example: doubled, extra: doubled}, *f.kinds[kind{"a", "UPDATE"}])
	require.Equal(t, tally{stored: 1, unexplained: 1, example: untrue, extra: untrue}, *f.kinds[kind{"b", "DELETE"}])
	require.Equal(t, 4, f.sum.truth)
	require.ErrorContains(t, f.exact("it"), "1 are lost, 2 doubled, 1 unexplained")
	require.ErrorContains(t, f.nothingExtra("it"), "2 are doubled, 1 unexplained")

	f, err = compare(truth, truth)
	require.NoError(t, err)
	require.NoError(t, f.exact("it"))
	require.NoError(t, f.print(t.Output(), "it"))
}

func TestCompareEndsWithAnError(t *testing.T) {
	t.Parallel()
	errBroken := errors.New("broken")
	broken := func(yield func(counted, error) bool) { yield(counted{}, errBroken) }
	for _, sides := range [][2]list{{listed(), broken}, {broken, listed()}, {listed(counted{times: 1}), broken}} {
		_, err := compare(sides[0], sides[1])
		require.ErrorIs(t, err, errBroken)
	}
}

func TestP99LeavesOutWhoWaitedForAFence(t *testing.T) {
	t.Parallel()
	all, err := readLatencies(nil, strings.NewReader("0 1 2000 3 100 500000 10\n1 1 4000 0 101 0\n0 2 900000 0 102 0 5\n0 3 1000 0 200 0 5\n"))
	require.NoError(t, err)
	at := func(seconds float64) time.Time { return time.UnixMicro(int64(seconds * 1e6)) }
	require.Equal(t, span{at(100.498), at(100.5)}, all[0])

	within := []span{{at(100), at(110)}}
	longest, n := p99(all, within, nil)
	require.Equal(t, 3, n)
	require.Equal(t, 900*time.Millisecond, longest)
	longest, n = p99(all, within, []span{{at(101.5), at(101.6)}})
	require.Equal(t, 2, n)
	require.Equal(t, 4*time.Millisecond, longest)
	_, n = p99(all, []span{{at(1), at(2)}}, nil)
	require.Zero(t, n)
}

func TestKillsAreSpreadOverAllStates(t *testing.T) {
	t.Parallel()
	kills, sum := spread(10), 0
	for _, phase := range phases[:len(phases)-1] {
		require.Positive(t, kills[phase], phase)
		sum += kills[phase]
	}
	require.Equal(t, 10, sum)
	require.Empty(t, spread(0))
}

func TestWriters(t *testing.T) {
	t.Parallel()
	require.Len(t, bulkStatements, 6)
	require.Len(t, longOpen, 4)
	for i := range longOpen {
		require.NotEmpty(t, longEnd[i])
	}
}
