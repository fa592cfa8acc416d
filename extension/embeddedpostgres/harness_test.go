package embeddedpostgres

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/otel-activity/otel-activity/internal/pgserver"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// newDirectory is a folder in which the data directory will be: one that the
// server's account may enter, which t.TempDir isn't for root.
func newDirectory(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "embedded-postgres-test-") //nolint:usetesting // see above
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	require.NoError(t, os.Chmod(folder, readableFolder))
	return folder
}

// subject is an extension under test.
type subject struct {
	extension.Extension
	logs *observer.ObservedLogs
	host *statusHost
}

func newSubject(t *testing.T, dataDirectory string, changes ...func(*Config)) *subject {
	t.Helper()
	config := createDefaultConfig().(*Config)
	config.DataDirectory = dataDirectory
	config.Port = 0
	for _, change := range changes {
		change(config)
	}
	require.NoError(t, config.Validate())
	core, logs := observer.New(zap.DebugLevel)
	settings := extensiontest.NewNopSettings(componentType)
	settings.Logger = zap.New(core)
	made, err := NewFactory().Create(t.Context(), settings, config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Shutdown(context.Background())) })
	return &subject{Extension: made, logs: logs, host: &statusHost{Host: componenttest.NewNopHost()}}
}

func (s *subject) start(t *testing.T) {
	t.Helper()
	require.NoError(t, s.Start(t.Context(), s.host))
}

func (s *subject) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, s.Shutdown(t.Context()))
}

func (s *subject) dsn() string { return s.Extension.(interface{ DSN() string }).DSN() }

// statusHost keeps what a component reports of itself.
type statusHost struct {
	component.Host
	mu       sync.Mutex
	statuses []componentstatus.Status
}

var _ componentstatus.Reporter = (*statusHost)(nil)

func (h *statusHost) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.statuses = append(h.statuses, event.Status())
}

func (h *statusHost) reported() []componentstatus.Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]componentstatus.Status(nil), h.statuses...)
}

func execute(t *testing.T, dsn, statement string) {
	t.Helper()
	_, err := pgtest.Pool(t, dsn).Exec(t.Context(), statement)
	require.NoError(t, err)
}

func query[T any](t *testing.T, dsn, statement string) T {
	t.Helper()
	var value T
	require.NoError(t, pgtest.Pool(t, dsn).QueryRow(t.Context(), statement).Scan(&value))
	return value
}

func keep(t *testing.T, dsn string) { t.Helper(); execute(t, dsn, "CREATE TABLE public.kept ()") }

func requireKept(t *testing.T, dsn string) {
	t.Helper()
	require.True(t, query[bool](t, dsn, "SELECT to_regclass('public.kept') IS NOT NULL"))
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path) //nolint:gosec // a file of the test's own
	require.NoError(t, err)
	return content
}

func readPassword(t *testing.T, dataDirectory string) (string, os.FileMode) {
	t.Helper()
	path := filepath.Join(dataDirectory, "password")
	info, err := os.Stat(path)
	require.NoError(t, err)
	line := readFile(t, path)
	return strings.TrimSpace(string(line[bytes.LastIndexByte(line, ':')+1:])), info.Mode().Perm()
}

func serverPID(t *testing.T, dataDirectory string) int {
	t.Helper()
	content := readFile(t, filepath.Join(dataDirectory, "cluster", "postmaster.pid"))
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	return pid
}

// otherCollector runs the extension in another process, as the given account.
type otherCollector struct {
	cmd   *exec.Cmd
	stdin io.Closer
	dsn   string
}

func startCollector(t *testing.T, dataDirectory string, account pgserver.Account) *otherCollector {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), testBinary(t)) //nolint:gosec // this test's own binary
	cmd.Env = append(os.Environ(), collectorVariable+"="+dataDirectory)
	cmd.Dir = filepath.Dir(dataDirectory)
	cmd.Stderr = t.Output()
	cmd.WaitDelay = time.Minute
	if account != (pgserver.Account{}) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: account.UID, Gid: account.GID}}
	}
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	return &otherCollector{cmd: cmd, stdin: stdin, dsn: strings.TrimSpace(line)}
}

// testBinary is a copy that every account may run: the folder in which go test
// builds is for its own user.
func testBinary(t *testing.T) string {
	t.Helper()
	own, err := os.Executable()
	require.NoError(t, err)
	path := filepath.Join(newDirectory(t), "collector")
	require.NoError(t, os.WriteFile(path, readFile(t, own), readableFolder))
	return path
}
