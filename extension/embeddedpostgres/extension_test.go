package embeddedpostgres

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/otel-activity/otel-activity/internal/pgserver"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestShutdownWithoutStartAndTwice(t *testing.T) {
	t.Parallel()
	made, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(componentType), createDefaultConfig())
	require.NoError(t, err)
	require.NoError(t, made.Shutdown(t.Context()))
	require.NoError(t, made.Shutdown(t.Context()))

	started := newSubject(t, filepath.Join(newDirectory(t), "data"))
	require.Empty(t, started.dsn())
	started.start(t)
	started.stop(t)
	started.stop(t)
}

func TestRestartKeepsData(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "not", "there", "yet")
	first := newSubject(t, directory, setting("work_mem", "7MB"))
	first.start(t)
	keep(t, first.dsn())
	require.Equal(t, "7MB", query[string](t, first.dsn(), "SHOW work_mem"))
	require.Equal(t, "on", query[string](t, first.dsn(), "SHOW fsync"))
	require.Equal(t, "activity", query[string](t, first.dsn(), "SELECT current_database()::text"))
	require.False(t, query[bool](t, first.dsn(), "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"))
	first.stop(t)

	second := newSubject(t, directory)
	second.start(t)
	requireKept(t, second.dsn())
	require.Equal(t, "4MB", query[string](t, second.dsn(), "SHOW work_mem"))
}

func TestTCPNeedsThePassword(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	subject := newSubject(t, directory)
	subject.start(t)
	port := query[string](t, subject.dsn(), "SHOW port")

	password, mode := readPassword(t, directory)
	require.Equal(t, os.FileMode(privateFile), mode)
	dsn := "postgres://%s:%s@127.0.0.1:" + port + "/activity?sslmode=disable"

	require.Equal(t, "activity", query[string](t, fmt.Sprintf(dsn, "activity", password), "SELECT current_user::text"))
	for _, wrong := range []string{fmt.Sprintf(dsn, "activity", "guess"), fmt.Sprintf(dsn, "postgres", "")} {
		require.ErrorContains(t, pgtest.Pool(t, wrong).Ping(t.Context()), "28P01")
	}
	for _, entry := range subject.logs.All() {
		require.NotContains(t, fmt.Sprint(entry.Message, entry.ContextMap()), password)
	}
	require.Len(t, subject.logs.FilterMessage("Postgres takes connections").All(), 1)
}

func TestLostPasswordIsReplaced(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	subject := newSubject(t, directory)
	subject.start(t)
	subject.stop(t)
	before, _ := readPassword(t, directory)
	require.NoError(t, os.Remove(filepath.Join(directory, "password")))

	subject.start(t)
	after, _ := readPassword(t, directory)
	require.NotEqual(t, before, after)
}

func TestFolderOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	directory := newDirectory(t)
	theirs := filepath.Join(directory, "thesis.txt")
	require.NoError(t, os.WriteFile(theirs, []byte("x"), privateFile))

	err := newSubject(t, directory).Start(t.Context(), componenttest.NewNopHost())
	require.EqualError(t, err, "data_directory "+directory+" has something in it (thesis.txt) and was not made by embedded_postgres: set it to a new or empty folder")
	entries, err := os.ReadDir(directory)
	require.NoError(t, err)
	require.Len(t, entries, 1)
}

func TestEmptyFolderAndNewFileSystemAreTaken(t *testing.T) {
	t.Parallel()
	directory := newDirectory(t)
	require.NoError(t, os.Mkdir(filepath.Join(directory, lostAndFound), privateFolder))
	newSubject(t, directory).start(t)
}

func TestHalfMadeClusterIsMadeAnew(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	account, err := pgserver.LookupAccount(defaultRunAs)
	require.NoError(t, err)
	home, err := openHome(directory, account)
	require.NoError(t, err)
	require.NoError(t, home.folderForServer(home.draft()))
	require.NoError(t, os.WriteFile(filepath.Join(home.draft(), "PG_VERSION"), []byte("15"), privateFile))

	newSubject(t, directory).start(t)
	require.NoDirExists(t, home.draft())
}

func TestClusterOfAnotherVersionIsRefused(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	home, err := openHome(directory, pgserver.Account{})
	require.NoError(t, err)
	require.NoError(t, os.Mkdir(home.cluster(), privateFolder))
	require.NoError(t, os.WriteFile(filepath.Join(home.cluster(), "PG_VERSION"), []byte("11\n"), privateFile))

	err = newSubject(t, directory).Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, "data_directory "+directory+" holds a cluster of Postgres 11, and ")
	require.ErrorContains(t, err, "install Postgres 11 again and set binaries_directory to its programs")
}

func TestMissingBinariesSayWhatToInstall(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	err := newSubject(t, filepath.Join(newDirectory(t), "data"), func(c *Config) { c.BinariesDirectory = empty }).
		Start(t.Context(), componenttest.NewNopHost())
	for _, part := range []string{
		"apt-get install postgresql", "dnf install postgresql-server", "brew install postgresql@17",
		empty + " has no program postgres", "set binaries_directory to the folder of its programs",
	} {
		require.ErrorContains(t, err, part)
	}
}

func TestDataDirectoryInUseIsRefused(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	newSubject(t, directory).start(t)
	err := newSubject(t, directory).Start(t.Context(), componenttest.NewNopHost())
	require.EqualError(t, err, "data_directory "+directory+" is in use by another Collector: stop that one, or give each its own data_directory")
}

func TestTakenPortIsNamed(t *testing.T) {
	t.Parallel()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	port := listener.Addr().(*net.TCPAddr).Port

	err = newSubject(t, filepath.Join(newDirectory(t), "data"), func(c *Config) { c.Port = port }).
		Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, fmt.Sprintf("port %d of 127.0.0.1 is taken", port))
	require.ErrorContains(t, err, "set port to another one, or to 0 for any free one")
}

func TestWrongSettingIsNamed(t *testing.T) {
	t.Parallel()
	err := newSubject(t, filepath.Join(newDirectory(t), "data"), setting("shared_bufers", "1GB")).
		Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, `unrecognized configuration parameter "shared_bufers"`)
}

func TestStartIsBounded(t *testing.T) {
	t.Parallel()
	err := newSubject(t, filepath.Join(newDirectory(t), "data"), func(c *Config) { c.StartTimeout = 100 * time.Millisecond }).
		Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, "no connection within start_timeout of 100ms: raise start_timeout")
}

func TestLongPathGetsAShortSocket(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), strings.Repeat("long/", 20), "data")
	subject := newSubject(t, directory)
	subject.start(t)
	keep(t, subject.dsn())
	subject.stop(t)
	subject.start(t)
	requireKept(t, subject.dsn())
	folder := query[string](t, subject.dsn(), "SELECT trim('\"' FROM current_setting('unix_socket_directories'))")
	subject.stop(t)
	require.NoDirExists(t, folder)
}

func TestSocketFolderOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), strings.Repeat("long/", 20), "data")
	home, err := openHome(directory, pgserver.Account{})
	require.NoError(t, err)
	folder, err := home.socketFolder()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	require.NoError(t, os.Chmod(folder, readableFolder))

	err = newSubject(t, directory).Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, "belongs to somebody else: set data_directory to a shorter path")
}

func TestServerThatDiedIsStartedAgain(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	subject := newSubject(t, directory)
	subject.start(t)
	keep(t, subject.dsn())
	require.NoError(t, syscall.Kill(serverPID(t, directory), syscall.SIGKILL))

	require.Eventually(t, func() bool { return len(subject.host.reported()) == 2 }, time.Minute, 10*time.Millisecond)
	require.Equal(t, []componentstatus.Status{componentstatus.StatusRecoverableError, componentstatus.StatusOK}, subject.host.reported())
	requireKept(t, subject.dsn())
	subject.stop(t)
	require.NoFileExists(t, filepath.Join(directory, "cluster", "postmaster.pid"))
}

func TestShutdownWhileTheServerIsAway(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	subject := newSubject(t, directory)
	subject.start(t)
	require.NoError(t, syscall.Kill(serverPID(t, directory), syscall.SIGQUIT))
	require.Eventually(t, func() bool { return len(subject.host.reported()) == 1 }, time.Minute, 10*time.Millisecond)
	subject.stop(t)
}
