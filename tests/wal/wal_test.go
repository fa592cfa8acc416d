package main

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The short form of what `make exactness` does at length.
func TestRowChangesAreTheTruth(t *testing.T) {
	const binary = "../../dist/otelcol-activity"
	if _, err := os.Stat(binary); err != nil {
		t.Fatalf("%v: run `make build` first, or `make test`, which does", err)
	}
	require.NoError(t, run(t.Context(), &options{
		transactions: 4000, kills: 3, restarts: 2, clients: 4, pause: time.Second, seed: 1, binary: binary,
	}))
}

func TestCountTellsWhatIsWrong(t *testing.T) {
	t.Parallel()
	same, lost, doubled, untrue, foreign := change{1, "a", "INSERT", "1"}, change{1, "a", "INSERT", "2"}, change{2, "a", "UPDATE", "1"}, change{3, "a", "DELETE", "1"}, change{4, "b", "INSERT", "1"}
	truth := changes{same: {"u": 2}, lost: {"u": 2, "v": 1}, doubled: {"u": 1}, foreign: {"u": 1, "v": 1}}
	stored := changes{same: {"u": 2}, lost: {"u": 2}, doubled: {"u": 2}, foreign: {"u": 2}, untrue: {"": 1}}

	f := count(truth, stored)
	require.Equal(t, 3, f.transactions)
	require.Equal(t, tally{truth: 5, stored: 4, lost: 1, example: lost}, *f.kinds[kind{"a", "INSERT"}])
	require.Equal(t, tally{truth: 1, stored: 2, doubled: 1, example: doubled}, *f.kinds[kind{"a", "UPDATE"}])
	require.Equal(t, tally{stored: 1, untrue: 1, example: untrue}, *f.kinds[kind{"a", "DELETE"}])
	require.Equal(t, tally{truth: 2, stored: 2, wrongActor: 1, example: foreign}, *f.kinds[kind{"b", "INSERT"}])
	require.Error(t, f.report(t.Output()))
	require.NoError(t, count(truth, truth).report(t.Output()))
}

func TestPlanSpreadsRestarts(t *testing.T) {
	t.Parallel()
	names := func(faults []fault) (names []string) {
		for _, f := range faults {
			names = append(names, f.name)
		}
		return names
	}
	require.Equal(t, []string{kill.name, restart.name, kill.name, crash.name, kill.name}, names(plan(3, 2)))
	require.Len(t, plan(10, 2), 12)
	require.Empty(t, plan(0, 0))
}
