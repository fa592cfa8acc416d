package embeddedpostgres

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

func TestKilledCollectorLeavesNothingInTheWay(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	killed := startCollector(t, directory, pgserver.Account{})
	keep(t, killed.dsn)
	require.NoError(t, killed.cmd.Process.Kill())

	subject := newSubject(t, directory)
	subject.start(t)
	requireKept(t, subject.dsn())
	require.Error(t, killed.cmd.Wait())
}

// Where the kernel does not tell a server of its parent's death, it runs on.
func TestServerWithoutItsCollectorIsStopped(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	subject := newSubject(t, directory)
	subject.start(t)
	keep(t, subject.dsn())
	subject.stop(t)

	account, err := pgserver.LookupAccount(defaultRunAs)
	require.NoError(t, err)
	home, err := openHome(directory, account)
	require.NoError(t, err)
	binaries, err := home.findPrograms("")
	require.NoError(t, err)
	lock, err := pgserver.LockFile(home.serverLock())
	require.NoError(t, err)
	cluster := pgserver.Cluster{Binaries: binaries, Folder: home.cluster(), Account: account, Lock: lock}
	orphan, err := cluster.Start(t.Context(), t.Output(), "-c", "config_file="+home.conf(configFile))
	require.NoError(t, err)
	require.NoError(t, lock.Close())
	require.NoError(t, orphan.WaitReady(t.Context()))

	subject.start(t)
	<-orphan.Done()
	require.NoError(t, orphan.Err())
	requireKept(t, subject.dsn())
	require.Len(t, subject.logs.FilterMessage("A server of an earlier start still runs; stopping it").All(), 1)
}

// After a start of a container, the numbers of the last run belong to others.
func TestStaleFilesWithNumbersOfOthers(t *testing.T) {
	t.Parallel()
	directory := filepath.Join(newDirectory(t), "data")
	subject := newSubject(t, directory)
	subject.start(t)
	port := query[string](t, subject.dsn(), "SHOW port")
	pidFile := readFile(t, filepath.Join(directory, "cluster", "postmaster.pid"))
	subject.stop(t)

	// A process of the server's own user, or Postgres would know it for stale.
	account, err := pgserver.LookupAccount(defaultRunAs)
	require.NoError(t, err)
	neighbour := startCollector(t, filepath.Join(newDirectoryOf(t, account), "data"), account)
	_, rest, _ := strings.Cut(string(pidFile), "\n")
	stale := fmt.Appendf(nil, "%d\n%s", neighbour.cmd.Process.Pid, rest)
	for _, path := range []string{
		filepath.Join(directory, "cluster", "postmaster.pid"),
		filepath.Join(directory, "run", socketPrefix+port+".lock"),
	} {
		require.NoError(t, os.WriteFile(path, stale, privateFile))
		require.NoError(t, account.Own(path))
	}

	subject = newSubject(t, directory, func(c *Config) { _, err = fmt.Sscan(port, &c.Port) })
	require.NoError(t, err)
	subject.start(t)
	require.NoError(t, neighbour.stdin.Close())
	require.NoError(t, neighbour.cmd.Wait())
}

func TestServerRunsAsAnotherUserThanRoot(t *testing.T) {
	t.Parallel()
	account, err := pgserver.LookupAccount(defaultRunAs)
	require.NoError(t, err)
	directory := filepath.Join(newDirectoryOf(t, account), "data")
	// When the test runs as root, this Collector does not.
	other := startCollector(t, directory, account)
	password, _ := readPassword(t, directory)
	at, err := url.Parse(other.dsn)
	require.NoError(t, err)
	keep(t, fmt.Sprintf("postgres://activity:%s@127.0.0.1:%s/activity", password, at.Query().Get("port")))
	info, err := os.Stat(filepath.Join(directory, "cluster"))
	require.NoError(t, err)
	require.True(t, account.Owns(info))
	require.NoError(t, other.stdin.Close())
	require.NoError(t, other.cmd.Wait())
	require.NoFileExists(t, filepath.Join(directory, "cluster", "postmaster.pid"))
}

func TestRootNeedsAPassableWay(t *testing.T) {
	t.Parallel()
	account, err := pgserver.LookupAccount(defaultRunAs)
	require.NoError(t, err)
	barred := filepath.Join(newDirectory(t), "barred")
	require.NoError(t, os.Mkdir(barred, privateFolder))
	subject := newSubject(t, filepath.Join(barred, "data"))
	if account == (pgserver.Account{}) {
		subject.start(t) // the folder is the user's own
		return
	}
	err = subject.Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, "user postgres, which the server runs as, can't get through "+barred)
	require.ErrorContains(t, err, "chmod o+x "+barred)
}

func TestUnknownUserForRoot(t *testing.T) {
	t.Parallel()
	subject := newSubject(t, filepath.Join(newDirectory(t), "data"), func(c *Config) { c.RunAs = "nosuchuser" })
	if os.Geteuid() != 0 {
		subject.start(t) // nobody else is needed
		return
	}
	err := subject.Start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, "run_as is nosuchuser, and there is no such user")
	require.ErrorContains(t, err, "useradd --system nosuchuser")
}

func newDirectoryOf(t *testing.T, account pgserver.Account) string {
	t.Helper()
	directory := newDirectory(t)
	require.NoError(t, account.Own(directory))
	return directory
}
