package importer

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// program runs a program that every development machine has.
func program(t *testing.T, folder, name string, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath(name)
	require.NoError(t, err, "install %s", name)
	cmd := exec.CommandContext(t.Context(), path, args...) //nolint:gosec // programs and arguments of this file
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_DATE=2020-02-01T10:00:00+01:00", "GIT_COMMITTER_DATE=2024-02-01T10:00:00+01:00")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	return out
}

// The history of a repository with what is hard to quote goes through the script
// and the map of the examples.
func TestGitLog(t *testing.T) {
	t.Parallel()
	repository := t.TempDir()
	git := func(args ...string) {
		program(t, repository, "git", append([]string{"-c", "user.name=A \"q\" \\ N", "-c", "user.email=a@example.com"}, args...)...)
	}
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(repository, name), []byte(content), 0o600))
	}
	git("init", "--quiet")
	write("we\"ird\n\tname.txt", "x")
	write("ü.txt", "y")
	require.NoError(t, os.Symlink("x", filepath.Join(repository, "link")))
	git("add", "--all")
	git("commit", "--quiet", "--message", "First \"quoted\" \\ subject\n\nbody")
	git("rm", "--quiet", "link")
	write("link", "z")
	write("ü.txt", "longer")
	require.NoError(t, os.Remove(filepath.Join(repository, "we\"ird\n\tname.txt")))
	git("add", "--all")
	git("commit", "--quiet", "--message", "second")
	git("commit", "--quiet", "--allow-empty", "--message", "empty")

	script, err := filepath.Abs(filepath.Join("..", "..", "examples", "import", "git-log.mjs"))
	require.NoError(t, err)
	lines := program(t, repository, "node", script, repository)

	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "import", "git-history.yaml"))
	require.NoError(t, err)
	m, err := LoadMap(text, map[string]string{"repository": "test"})
	require.NoError(t, err)
	mp := m.NewMapper(time.Now())
	_, records := mp.NewLogs()
	for line := range bytes.Lines(lines) {
		require.NoError(t, mp.Map(bytes.TrimSpace(line), 1, records), "%s", line)
	}
	require.Empty(t, mp.Notes())
	type row struct{ action, entity, details string }
	var got []row
	for i := range records.Len() {
		lr := records.At(i)
		raw := lr.Attributes().AsRaw()
		require.Equal(t, time.Date(2024, 2, 1, 9, 0, 0, 0, time.UTC), lr.Timestamp().AsTime())
		require.Equal(t, "a@example.com", raw["user.id"])
		require.Equal(t, "A \"q\" \\ N", raw["user.name"])
		require.Equal(t, "test", raw["activity.project.id"])
		entity, _ := raw["activity.entity.id"].(string)
		if raw["activity.entity.type"] == "commit" {
			require.Len(t, entity, 40)
			entity = ""
		}
		got = append(got, row{lr.EventName(), entity, lr.Body().Str()})
	}
	require.Equal(t, []row{
		{"git.commit", "", "First \"quoted\" \\ subject"},
		{"git.file_created", "link", ""},
		{"git.file_created", "we\"ird\n\tname.txt", ""},
		{"git.file_created", "ü.txt", ""},
		{"git.commit", "", "second"},
		{"git.file_type_changed", "link", ""},
		{"git.file_deleted", "we\"ird\n\tname.txt", ""},
		{"git.file_updated", "ü.txt", ""},
		{"git.commit", "", "empty"},
	}, got)
}

func TestWebhooks(t *testing.T) {
	t.Parallel()
	installed := filepath.Join(t.TempDir(), "node_modules", "@octokit", "webhooks-examples")
	require.NoError(t, os.MkdirAll(installed, 0o700))
	// The package's own main file is such a list.
	const index = `[{"name":"push","description":"…","examples":[{"ref":"a"},{"ref":"b"}]},{"name":"star","examples":[{"action":"created"}]}]`
	require.NoError(t, os.WriteFile(filepath.Join(installed, "index.json"), []byte(index), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(installed, "package.json"), []byte(`{"main":"index.json"}`), 0o600))

	script, err := filepath.Abs(filepath.Join("..", "..", "examples", "import", "webhooks.mjs"))
	require.NoError(t, err)
	require.Equal(t, strings.TrimPrefix(`
{"event":"push","payload":{"ref":"a"}}
{"event":"push","payload":{"ref":"b"}}
{"event":"star","payload":{"action":"created"}}
`, "\n"), string(program(t, installed, "node", script, filepath.Dir(filepath.Dir(filepath.Dir(installed))))))
}

// Every map in the examples is valid.
func TestExampleMaps(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "import", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // a file of this repository
		require.NoError(t, err)
		_, err = LoadMap(text, nil)
		require.NoError(t, err, file)
	}
}

// So is the one that the documentation begins with.
func TestDocumentedMap(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "reference", "import-map.md"))
	require.NoError(t, err)
	_, example, _ := strings.Cut(string(text), "```yaml\n")
	example, _, _ = strings.Cut(example, "```")
	records, mp := mapLines(t, example, `{"closed_at":"2024-01-01T00:00:00Z","event":"closed","state":"Done","agent":{"mail":"a@example.com","name":"Ann"},"ticket:id":7,"queue":"q"}`)
	require.Empty(t, mp.Notes())
	lr := records.At(0)
	require.Equal(t, "ticket.closed", lr.EventName())
	raw := lr.Attributes().AsRaw()
	require.Equal(t, []any{"success", "a@example.com", "ticket", "7"},
		[]any{raw["activity.status"], raw["user.id"], raw["activity.entity.type"], raw["activity.entity.id"]})
	require.Equal(t, map[string]any{"closed_at": "2024-01-01T00:00:00Z", "event": "closed", "state": "Done", "queue": "q"}, raw["activity.metadata"])
}
