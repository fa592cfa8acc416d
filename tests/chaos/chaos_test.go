package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// The short form of what `make chaos` does at length.
func TestNothingIsLostOrDoubled(t *testing.T) {
	const binary = "../../dist/otelcol-activity"
	if _, err := os.Stat(binary); err != nil {
		t.Fatalf("%v: run `make build` first, or `make test`, which does", err)
	}
	short := "killed|queue's disk|postgres crashes|middle of a COPY|partition missing"
	require.NoError(t, run(t.Context(), &options{short: true, seed: 1, rounds: 1, run: short, binary: binary, hostile: "../../../shared/data/hostile"}))
}
