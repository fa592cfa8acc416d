package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// outcome is what a script sees of a command.
type outcome struct {
	status         int
	stdout, stderr string
}

func execute(t *testing.T, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
	return outcome{status: status, stdout: stdout.String(), stderr: stderr.String()}
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"unknown command":    {[]string{"frobnicate"}, `there is no command "activityctl frobnicate"`},
		"unknown subcommand": {[]string{"schema", "down"}, `there is no command "activityctl schema down"`},
		"unknown flag":       {[]string{"schema", "up", "--force"}, "unknown flag: --force"},
		"stray argument":     {[]string{"schema", "print", "x"}, `activityctl schema print takes flags only, not "x"`},
		"malformed dsn":      {[]string{"schema", "up", "--dsn", "postgres://host:port/"}, "--dsn or $ACTIVITY_DSN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := execute(t, test.args...)
			require.Equal(t, exitUsage, got.status)
			require.Empty(t, got.stdout)
			require.Contains(t, got.stderr, test.want)
			require.Contains(t, got.stderr, "--help")
		})
	}
}

func TestUnreachableDatabaseNamesTheRemedy(t *testing.T) {
	t.Parallel()
	got := execute(t, "schema", "status", "--dsn", "host=127.0.0.1 port=1 connect_timeout=2")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "name the database with --dsn or $ACTIVITY_DSN")
}

func TestHelpTeaches(t *testing.T) {
	t.Parallel()
	root := newRootCommand()
	for _, cmd := range root.Commands() {
		require.NotEmpty(t, cmd.Long, cmd.CommandPath())
		require.True(t, cmd.HasExample() || cmd.HasSubCommands(), cmd.CommandPath())
	}
}
