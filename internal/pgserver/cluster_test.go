package pgserver_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

var serverArguments = []string{
	"-c", "listen_addresses=", "-c", "port=5432", "-c", "unix_socket_directories=.", "-c", "fsync=off",
}

// newCluster makes a cluster in a folder that the server's account may enter,
// which t.TempDir isn't for root.
func newCluster(t *testing.T) pgserver.Cluster {
	t.Helper()
	binaries, err := pgserver.FindBinaries("", 0)
	require.NoError(t, err)
	account, err := pgserver.LookupAccount("postgres")
	require.NoError(t, err)
	home, err := os.MkdirTemp("", "pgserver-") //nolint:usetesting // see above
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(home)) })
	require.NoError(t, account.Own(home))
	cluster := pgserver.Cluster{Binaries: binaries, Folder: filepath.Join(home, "data"), Account: account}
	require.NoError(t, cluster.Init(t.Context(), "--username=postgres", "--auth=trust", "--no-sync"))
	return cluster
}

func start(t *testing.T, cluster pgserver.Cluster) *pgserver.Server {
	t.Helper()
	server, err := cluster.Start(t.Context(), t.Output(), serverArguments...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Crash()) })
	require.NoError(t, server.WaitReady(t.Context()))
	return server
}

func connect(t *testing.T, cluster pgserver.Cluster) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), "user=postgres dbname=postgres port=5432 host="+cluster.Folder)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func TestClusterKeepsItsDataOverAStopAndACrash(t *testing.T) {
	t.Parallel()
	cluster := newCluster(t)
	require.NoError(t, cluster.Execute(t.Context(), "CREATE TABLE kept (n int)"))

	server := start(t, cluster)
	_, err := connect(t, cluster).Exec(t.Context(), "INSERT INTO kept VALUES (1)")
	require.NoError(t, err)
	require.NoError(t, server.Stop(t.Context()))

	server = start(t, cluster)
	_, err = connect(t, cluster).Exec(t.Context(), "INSERT INTO kept VALUES (2)")
	require.NoError(t, err)
	require.NoError(t, server.Crash())
	start(t, cluster)
	var sum int
	require.NoError(t, connect(t, cluster).QueryRow(t.Context(), "SELECT sum(n) FROM kept").Scan(&sum))
	require.Equal(t, 3, sum)
}

func TestClusterKnowsTheCaseOfEveryLetter(t *testing.T) {
	t.Parallel()
	cluster := newCluster(t)
	start(t, cluster)
	var lower string
	require.NoError(t, connect(t, cluster).QueryRow(t.Context(), "SELECT lower('ÄÉ')").Scan(&lower))
	require.Equal(t, "äé", lower)
}

func TestExecuteReportsAFailedStatement(t *testing.T) {
	t.Parallel()
	err := newCluster(t).Execute(t.Context(), "CREATE ROLE one PASSWORD 'hidden' NONSENSE", "CREATE TABLE after ()")
	require.ErrorContains(t, err, "unrecognized role option")
	require.NotContains(t, err.Error(), "hidden")
}

func TestStopIsBounded(t *testing.T) {
	t.Parallel()
	cluster := newCluster(t)
	server := start(t, cluster)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.NoError(t, server.Stop(ctx))
	<-server.Done()
}

func TestWaitReadyEndsWithTheServer(t *testing.T) {
	t.Parallel()
	cluster := newCluster(t)
	server, err := cluster.Start(t.Context(), t.Output(), "-c", "port=none")
	require.NoError(t, err)
	require.ErrorContains(t, server.WaitReady(t.Context()), "ended before it took connections")
}

func TestLockLastsAsLongAsTheServer(t *testing.T) {
	t.Parallel()
	cluster := newCluster(t)
	path := filepath.Join(t.TempDir(), "lock")
	lock, err := pgserver.LockFile(path)
	require.NoError(t, err)
	cluster.Lock = lock
	server := start(t, cluster)
	require.NoError(t, lock.Close())

	_, err = pgserver.LockFile(path)
	require.ErrorIs(t, err, pgserver.ErrLocked)
	require.ErrorContains(t, cluster.RemoveStalePIDFile(), "still runs")

	cluster.Lock = nil
	require.NoError(t, cluster.StopRunning(t.Context(), time.Minute))
	<-server.Done()
	require.Eventually(t, func() bool {
		lock, err = pgserver.LockFile(path)
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, lock.Close())
}

func TestServerEndsWithItsParent(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a child of its parent's death")
	}
	cluster := newCluster(t)
	helper := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // this test's own binary
	helper.Env = append(os.Environ(), parentVariable+"="+cluster.Folder)
	helper.Stderr = t.Output()
	stdout, err := helper.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, helper.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, 0))

	require.NoError(t, helper.Process.Kill())
	require.Error(t, helper.Wait())
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(cluster.Folder, "postmaster.pid"))
		return os.IsNotExist(err)
	}, 20*time.Second, 10*time.Millisecond)
}
