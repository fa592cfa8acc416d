package store

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

var errCut = errors.New("cut by the test")

// cutConn is a connection that breaks when its fuse says so.
type cutConn struct {
	net.Conn
	fuse *fuse
}

// fuse decides, once armed, at which write or read a connection breaks. It
// breaks one connection.
type fuse struct {
	armed atomic.Bool
	// write is asked before bytes go out; the peer gets them when late is set.
	write func(sent int, p []byte) bool
	late  bool // only the answer is lost
	deaf  bool // the end is seen by who reads, while a write hangs
	sent  int
	cut   atomic.Bool
}

func (c *cutConn) Write(p []byte) (int, error) {
	if !c.fuse.armed.Load() {
		return c.Conn.Write(p)
	}
	if c.fuse.write(c.fuse.sent, p) && c.fuse.armed.CompareAndSwap(true, false) {
		if c.fuse.late {
			// The server does what it is told, its answer is lost.
			_, err := c.Conn.Write(p)
			time.Sleep(200 * time.Millisecond)
			c.fuse.cut.Store(true)
			return 0, errors.Join(errCut, err, c.Close())
		}
		c.fuse.cut.Store(true)
		if c.fuse.deaf {
			return c.hang(p)
		}
		return 0, errors.Join(errCut, c.Close())
	}
	c.fuse.sent += len(p)
	return c.Conn.Write(p)
}

// hang lets the caller begin anew before the write returns.
func (c *cutConn) hang(p []byte) (int, error) {
	if err := c.Conn.(*net.UnixConn).CloseRead(); err != nil {
		return 0, err
	}
	time.Sleep(200 * time.Millisecond)
	return len(p), nil
}

func faultyPool(t *testing.T, dsn string, f *fuse) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(dsn)
	require.NoError(t, err)
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return &cutConn{Conn: conn, fuse: f}, err
	}
	// A ping would find the cut before the writer does.
	config.ShouldPing = func(context.Context, pgxpool.ShouldPingParams) bool { return false }
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func TestWriteSurvivesACutConnection(t *testing.T) {
	t.Parallel()
	const n = 4000
	tests := []struct {
		name string
		fuse fuse
	}{
		{
			name: "at the start",
			fuse: fuse{write: func(int, []byte) bool { return true }},
		},
		{
			name: "in the middle of COPY",
			fuse: fuse{write: func(sent int, _ []byte) bool { return sent > 300_000 }},
		},
		{
			name: "of which COPY learns by reading, while it writes",
			fuse: fuse{deaf: true, write: func(sent int, _ []byte) bool { return sent > 300_000 }},
		},
		{
			name: "before COMMIT arrives",
			fuse: fuse{write: func(_ int, p []byte) bool { return bytes.Contains(p, []byte("COMMIT")) }},
		},
	}
	for i := range tests {
		test := &tests[i]
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pool := faultyPool(t, pgtest.NewDSN(t), &test.fuse)
			w := NewWriter(pool)
			_, err := pool.Exec(t.Context(), "SELECT activity.ensure_partitions_ahead()")
			require.NoError(t, err)

			test.fuse.armed.Store(true)
			b := testBatch(testActivities(n, yesterday(), time.Second)...)
			_, err = w.Write(t.Context(), b, nil)
			require.Error(t, err)
			require.True(t, test.fuse.cut.Load())
			require.Equal(t, ClassRetry, Classify(err))

			result, err := w.Write(t.Context(), b, nil)
			require.NoError(t, err)
			require.Equal(t, Result{Written: n}, result)
			require.Equal(t, n, one[int](t, pool, "SELECT count(*) FROM activity.activity"))
			require.Equal(t, 1, one[int](t, pool, "SELECT count(*) FROM activity.resource"))
			requireCountsAreExact(t, pool)
		})
	}
}

func TestWriteAfterALostAnswerToCommit(t *testing.T) {
	t.Parallel()
	// The second pipeline's statements are prepared by then: all of it, COMMIT
	// included, goes out in one write.
	f := fuse{late: true, write: func(_ int, p []byte) bool { return bytes.HasPrefix(p, []byte("B")) }}
	pool := faultyPool(t, pgtest.NewDSN(t), &f)
	w := NewWriter(pool)
	all := testActivities(2000, yesterday(), time.Second)
	_, err := w.Write(t.Context(), testBatch(all[:1000]...), nil)
	require.NoError(t, err)

	f.armed.Store(true)
	b := testBatch(all[1000:]...)
	_, err = w.Write(t.Context(), b, nil)
	require.Error(t, err)
	require.True(t, f.cut.Load())
	require.Equal(t, 2000, one[int](t, pool, "SELECT count(*) FROM activity.activity"))

	result, err := w.Write(t.Context(), b, nil)
	require.NoError(t, err)
	require.Equal(t, Result{Duplicates: 1000}, result)
	require.Equal(t, 2000, one[int](t, pool, "SELECT count(*) FROM activity.activity"))
	requireCountsAreExact(t, pool)
}

func TestWriteWhileTheServerStopsAndStarts(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{Durable: true})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool, err := Open(dsn, 4)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	w := NewWriter(pool)

	const batches, perBatch = 60, 300
	all := testActivities(batches*perBatch, yesterday(), time.Second)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range batches {
			b := testBatch(all[i*perBatch : (i+1)*perBatch]...)
			for {
				_, err := w.Write(t.Context(), b, nil)
				if err == nil || t.Context().Err() != nil {
					break
				}
				if Classify(err) != ClassRetry {
					t.Errorf("batch %d: %v", i, err)
				}
				time.Sleep(10 * time.Millisecond)
			}
		}
	}()
	for _, end := range []func() error{server.Stop, server.Kill} {
		time.Sleep(100 * time.Millisecond)
		require.NoError(t, end())
		time.Sleep(50 * time.Millisecond)
		require.NoError(t, server.Start(t.Context()))
	}
	<-done
	require.Equal(t, len(all), one[int](t, pool, "SELECT count(*) FROM activity.activity"))
	requireCountsAreExact(t, pool)
}
