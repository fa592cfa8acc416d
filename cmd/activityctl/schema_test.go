package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestSchemaUpThenStatus(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewEmptyDSN(t)

	got := execute(t, "schema", "status", "--dsn", dsn)
	require.Equal(t, exitError, got.status)
	require.Regexp(t, `(?m)^1 +0001_activity +-$`, got.stdout)
	require.Contains(t, got.stderr, `activityctl schema up`)

	got = execute(t, "schema", "up", "--dsn", dsn)
	require.Equal(t, exitOK, got.status, got.stderr)
	require.Regexp(t, `^applied 0001_activity\n(applied \w+\n)*version \d+\n$`, got.stdout)

	got = execute(t, "schema", "up", "--dsn", dsn)
	require.Equal(t, exitOK, got.status, got.stderr)
	require.Regexp(t, `^version \d+\n$`, got.stdout)

	got = execute(t, "schema", "status", "--dsn", dsn)
	require.Equal(t, exitOK, got.status, got.stderr)
	require.Regexp(t, `(?m)^1 +0001_activity +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`, got.stdout)
}

func TestSchemaPrint(t *testing.T) {
	t.Parallel()
	got := execute(t, "schema", "print")
	require.Equal(t, exitOK, got.status)
	require.Contains(t, got.stdout, "CREATE TABLE activity.activity (")
}

func TestSchemaRoles(t *testing.T) {
	t.Parallel()
	got := execute(t, "schema", "roles")
	require.Equal(t, exitOK, got.status)
	require.Contains(t, got.stdout, "TO activity_writer;")
}
