package activitypgx

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/otel-activity/otel-activity/activity"
)

// startBouncer starts the real PgBouncer in front of a database, with a single connection
// to it that all transactions share, and returns its address. It ends with the test.
func startBouncer(t *testing.T, pool *pgxpool.Pool) string {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // which is in the path of root alone
	}
	require.FileExists(t, program, "PgBouncer is missing: run `tools/need.sh pgbouncer`")
	address := freeAddress(t)
	config := filepath.Join(t.TempDir(), "pgbouncer.ini")
	require.NoError(t, os.WriteFile(config, []byte(bouncerConfig(t, pool, address)), 0o600))

	cmd := exec.CommandContext(t.Context(), program, config) //nolint:gosec // PgBouncer, where the system has it
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	log := &strings.Builder{}
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Wait() // that it was told to end is an error too
		if t.Failed() {
			t.Logf("PgBouncer's log:\n%s", log)
		}
	})
	return address
}

func bouncerConfig(t *testing.T, pool *pgxpool.Pool, address string) string {
	t.Helper()
	to := pool.Config().ConnConfig
	host, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	config := fmt.Sprintf(`[databases]
app = host=%s port=%d dbname=%s user=%s
[pgbouncer]
listen_addr = %s
listen_port = %s
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 1
`, to.Host, to.Port, to.Database, to.User, host, port)
	if os.Geteuid() == 0 {
		config += "user = postgres\n" // it refuses to run as root
	}
	return config
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, listener.Close()) }()
	return listener.Addr().String()
}

// connect makes a client of PgBouncer with a connection of its own. Prepared statements
// outlive transactions, which PgBouncer can't do before 1.21.
func connect(t *testing.T, address string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), "postgres://postgres@"+address+"/app?sslmode=disable&pool_max_conns=1&default_query_exec_mode=exec")
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.Eventually(t, func() bool { return pool.Ping(t.Context()) == nil }, 10*time.Second, 10*time.Millisecond)
	return pool
}

// TestTransactionsThatShareAConnectionKeepTheirContexts has two clients whose transactions
// take turns on one connection, each third of them without an actor.
func TestTransactionsThatShareAConnectionKeepTheirContexts(t *testing.T) {
	t.Parallel()
	const transactions = 60
	s := newSite(t)
	address := startBouncer(t, s.pool)
	var g errgroup.Group
	processes := make([]map[int]bool, 2)
	for client := range processes {
		processes[client] = map[int]bool{}
		db := New(connect(t, address))
		g.Go(func() error {
			for i := range transactions {
				actor := fmt.Sprint("u-", client)
				if i%3 == 2 {
					actor = ""
				}
				process, err := write(t.Context(), db, actor, client*transactions+i)
				if err != nil {
					return err
				}
				processes[client][process] = true
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	require.Len(t, processes[0], 1)
	require.Equal(t, processes[0], processes[1]) // it was the same connection

	rows, turns := 0, 0
	actor, before := "", ""
	for _, line := range s.watch.Log(t) {
		switch {
		case line == "B":
			actor = ""
		case strings.Contains(line, "activity.actor.id"):
			actor = strings.Split(line, `"`)[3]
		case strings.HasPrefix(line, "{"):
			require.Equal(t, actor, userOf(t, line))
		case strings.HasPrefix(line, "INSERT"):
			require.True(t, strings.HasSuffix(line, "status:"+actor), "%s by %q", line, actor)
			rows++
			if actor != "" && actor != before {
				before = actor
				turns++
			}
		}
	}
	require.Equal(t, 2*transactions*2, rows)
	require.Greater(t, turns, 10)
}

// write inserts two rows that name their actor, one of them in a savepoint, and records it.
func write(ctx context.Context, db *DB, actor string, id int) (process int, err error) {
	ctx = as(ctx, actor)
	insert := func(tx pgx.Tx, id int) error {
		_, err := tx.Exec(ctx, "INSERT INTO public.orders VALUES ($1, $2)", id, actor)
		return err
	}
	err = db.BeginFunc(ctx, func(tx pgx.Tx) error {
		if err := tx.QueryRow(ctx, "SELECT pg_backend_pid()").Scan(&process); err != nil {
			return err
		}
		if err := insert(tx, 2*id); err != nil {
			return err
		}
		if err := pgx.BeginFunc(ctx, tx, func(inner pgx.Tx) error { return insert(inner, 2*id+1) }); err != nil {
			return err
		}
		return InTx(ctx, tx, activity.Activity{Action: "order.place", Entity: activity.Entity{Type: "order", ID: strconv.Itoa(id)}})
	})
	return process, err
}

// userOf is who a document says has acted.
func userOf(t *testing.T, document string) string {
	t.Helper()
	user, _ := first(parse(t, document)).Attributes().AsRaw()["user.id"].(string)
	return user
}
