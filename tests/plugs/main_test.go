package plugs

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

const (
	root            = "../.."
	collectorBinary = root + "/dist/otelcol-activity"
)

func TestMain(m *testing.M) {
	if _, err := os.Stat(collectorBinary); err != nil {
		fmt.Fprintf(os.Stderr, "%v: run `make build` first, or `make test`, which does\n", err)
		os.Exit(1)
	}
	if _, err := exec.LookPath("promtool"); err != nil {
		fmt.Fprintf(os.Stderr, "%v: run `tools/need.sh promtool` first, or `make test`, which does\n", err)
		os.Exit(1)
	}
	pgtest.Main(m)
}

// read reads a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	require.NoError(t, err)
	return string(text)
}

// glob lists files of the repository, which there has to be.
func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, pattern))
	require.NoError(t, err)
	require.NotEmpty(t, names, pattern)
	for i := range names {
		names[i], err = filepath.Rel(root, names[i])
		require.NoError(t, err)
	}
	return names
}

// promtool runs promtool, which has to find nothing wrong.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "promtool", args...).CombinedOutput()
	require.NoError(t, err, "promtool %v: %s", args, out)
}
