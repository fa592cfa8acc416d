package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const root = "../../.."

func TestCommittedFilesAreUpToDate(t *testing.T) {
	t.Parallel()
	outputs, err := render(root)
	require.NoError(t, err)
	require.NotEmpty(t, outputs)
	for _, out := range outputs {
		committed, err := os.ReadFile(filepath.Join(root, out.path))
		require.NoError(t, err)
		require.Equal(t, string(out.content), string(committed),
			"%s is out of date: run go generate ./semconv", out.path)
	}
}

func TestRunWritesWhatRenderMakes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "semconv"), os.DirFS(filepath.Join(root, "semconv"))))

	require.NoError(t, run(dir))
	outputs, err := render(dir)
	require.NoError(t, err)
	for _, out := range outputs {
		require.FileExists(t, filepath.Join(dir, out.path))
	}
}

func TestGoName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"log.record.uid":            "LogRecordUID",
		"activity.entity.id":        "ActivityEntityID",
		"http.response.status_code": "HTTPResponseStatusCode",
		"user_agent.original":       "UserAgentOriginal",
		"db.operation.name":         "DBOperationName",
		"url.full":                  "URLFull",
	} {
		require.Equal(t, want, goName(name))
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	const row = "rows: [{name: a.b, type: string, level: optional, brief: B, "
	for name, test := range map[string]struct{ yaml, want string }{
		"unknown key":         {"version: 1\nrow: []", "field row not found"},
		"a name twice":        {row + "}, {name: a.b, type: string, level: optional, brief: B}]", "a.b is there twice"},
		"an alias of nothing": {row + "aliases: [c.d]}]", "alias c.d is no known name"},
		"an unknown kind":     {row + "kind: thing}]", `unknown kind "thing"`},
		"an unknown level":    {"rows: [{name: a.b, type: string, level: must, brief: B}]", `unknown level "must"`},
		"no condition":        {"rows: [{name: a.b, type: string, level: conditional, brief: B}]", "conditional on what"},
		"an unknown enum":     {"rows: [{name: a.b, type: enum, enum: x, level: optional, brief: B}]", "do not go together"},
		"no brief":            {"rows: [{name: a.b, type: string, level: optional}]", "no brief"},
		"an enum of nothing":  {"enums: [{id: a.b}]", "has no words"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "activity.yaml")
			require.NoError(t, os.WriteFile(path, []byte(test.yaml), 0o600))
			_, err := load(path)
			require.ErrorContains(t, err, test.want)
		})
	}
}
