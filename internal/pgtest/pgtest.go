package pgtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

var shared struct {
	start  sync.Once
	server *Server
	err    error
}

// Main runs the tests of a package, stops the server that they shared, and
// fails when a goroutine is left over.
//
//	func TestMain(m *testing.M) { pgtest.Main(m) }
func Main(m *testing.M, options ...goleak.Option) {
	code := m.Run()
	if shared.server != nil {
		if err := shared.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "stop the test server:", err)
			code = 1
		}
	}
	if code == 0 {
		if err := goleak.Find(options...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// Shared is the package's server, started by the first test that asks.
func Shared(tb testing.TB) *Server {
	tb.Helper()
	shared.start.Do(func() { shared.server, shared.err = Start(context.Background(), Options{}) })
	require.NoError(tb, shared.err)
	return shared.server
}

// Own is a server for one test, which may stop, kill and start it.
func Own(tb testing.TB, options Options) *Server {
	tb.Helper()
	server, err := Start(tb.Context(), options)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, server.Close()) })
	return server
}

// NewDSN makes a migrated database for one test on the shared server.
func NewDSN(tb testing.TB) string {
	tb.Helper()
	dsn, err := Shared(tb).CreateDatabase(tb.Context())
	require.NoError(tb, err)
	return dsn
}

// NewEmptyDSN makes a database without the schema for one test.
func NewEmptyDSN(tb testing.TB) string {
	tb.Helper()
	dsn, err := Shared(tb).CreateEmptyDatabase(tb.Context())
	require.NoError(tb, err)
	return dsn
}

// New makes a migrated database for one test and a pool of connections to it,
// whose search_path is empty so that a name without its schema shows.
func New(tb testing.TB) *pgxpool.Pool {
	tb.Helper()
	return Pool(tb, NewDSN(tb))
}

// Pool connects to a database until the test ends.
func Pool(tb testing.TB, dsn string) *pgxpool.Pool {
	tb.Helper()
	config, err := pgxpool.ParseConfig(dsn)
	require.NoError(tb, err)
	config.ConnConfig.RuntimeParams["search_path"] = ""
	pool, err := pgxpool.NewWithConfig(tb.Context(), config)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	return pool
}
