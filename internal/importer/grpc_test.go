package importer

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

func TestEveryRecordArrivesOnce(t *testing.T) {
	t.Parallel()
	c := &collector{}
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t)), Headers: map[string]string{"x-tenant": "acme"}}, numberedLines(5050)...)
	s.Progress = NewProgress(s.Input)
	result, err := Run(within(t, 20*time.Second), s)
	require.NoError(t, err)
	require.True(t, result.Complete())
	require.EqualValues(t, 5050, result.Read)
	require.EqualValues(t, 5050, result.Sent)
	c.requireEach(t, 5050, true)
	require.Equal(t, 51, c.requests)
	require.Equal(t, "acme", c.headers["x-tenant"])
	require.Contains(t, s.Progress.Line(time.Now(), 79), "5050 sent")
}

func TestCompression(t *testing.T) {
	t.Parallel()
	overGRPC, overHTTP := &collector{}, &collector{}
	for address, c := range map[string]*collector{overGRPC.serveGRPC(t, listen(t)): overGRPC, overHTTP.serveHTTP(t): overHTTP} {
		_, err := Run(within(t, 20*time.Second), settings(t, Endpoint{Address: address, Compression: "gzip"}, numberedLines(300)...))
		require.NoError(t, err)
		c.requireEach(t, 300, true)
	}
}

func throttled(code codes.Code, delay time.Duration) error {
	st, err := status.New(code, "not now").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(delay)})
	if err != nil {
		return err
	}
	return st.Err()
}

func TestRetriesUntilTheEndpointTakesThem(t *testing.T) {
	t.Parallel()
	refusals := []error{
		status.Error(codes.Unavailable, "starting"),
		status.Error(codes.ResourceExhausted, "queue is full"),
		throttled(codes.ResourceExhausted, 600*time.Millisecond),
		status.Error(codes.DeadlineExceeded, "slow"),
		status.Error(codes.Aborted, "again"),
	}
	c := &collector{refuse: func(request int, _ plog.Logs) (Answer, error) {
		if request <= len(refusals) {
			return Answer{}, refusals[request-1]
		}
		return Answer{}, nil
	}}
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, numberedLines(250)...)
	s.Concurrency = 1
	result, err := Run(within(t, 30*time.Second), s)
	require.NoError(t, err)
	require.EqualValues(t, len(refusals), result.Retries)
	require.Greater(t, result.Elapsed, 600*time.Millisecond, "the endpoint's delay is honoured")
	c.requireEach(t, 250, true)
}

// flakyListener breaks each of its first connections after some bytes.
type flakyListener struct {
	net.Listener
	left atomic.Int64
}

func (l *flakyListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil && l.left.Add(-1) >= 0 {
		conn = &flakyConn{Conn: conn, bytes: 40_000}
	}
	return conn, err
}

type flakyConn struct {
	net.Conn
	bytes int
}

func (c *flakyConn) Read(p []byte) (int, error) {
	if c.bytes <= 0 {
		return 0, errors.Join(errors.New("line is cut"), c.Close())
	}
	n, err := c.Conn.Read(p)
	c.bytes -= n
	return n, err
}

func TestBrokenConnectionsLoseNothing(t *testing.T) {
	t.Parallel()
	c := &collector{}
	listener := &flakyListener{Listener: listen(t)}
	listener.left.Store(5)
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listener)}, numberedLines(3000)...)
	result, err := Run(within(t, 60*time.Second), s)
	require.NoError(t, err)
	require.Positive(t, result.Retries)
	require.EqualValues(t, 3000, result.Sent)
	c.requireEach(t, 3000, false)
}

func TestEndpointThatComesLater(t *testing.T) {
	t.Parallel()
	c := &collector{}
	listener := listen(t)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	s := settings(t, Endpoint{Address: address}, numberedLines(10)...)
	s.Progress = NewProgress(s.Input)
	waiting := func() bool { return strings.Contains(s.Progress.Line(time.Now(), 200), "waiting: Unavailable") }
	served := make(chan error, 1)
	go func() {
		for !waiting() { // the progress says why nothing is sent
			time.Sleep(10 * time.Millisecond)
		}
		again, err := (&net.ListenConfig{}).Listen(context.WithoutCancel(t.Context()), "tcp", address)
		if err == nil {
			c.serveGRPC(t, again)
		}
		served <- err
	}()
	result, err := Run(within(t, 30*time.Second), s)
	require.NoError(t, err)
	require.NoError(t, <-served)
	require.EqualValues(t, 10, result.Sent)
	require.False(t, waiting())
}

func TestPartialSuccessCountsAsRefused(t *testing.T) {
	t.Parallel()
	c := &collector{refuse: func(request int, _ plog.Logs) (Answer, error) {
		if request == 1 {
			return Answer{Rejected: 3, Message: "too old"}, nil
		}
		return Answer{}, nil
	}}
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, numberedLines(200)...)
	s.Concurrency = 1
	result, err := Run(within(t, 20*time.Second), s)
	require.NoError(t, err)
	require.False(t, result.Complete())
	require.EqualValues(t, 197, result.Sent)
	require.EqualValues(t, 3, result.Refused)
	require.Equal(t, []Sample{{1, "3 of 100 records from line 1 on rejected: too old"}}, result.Rejections)
	require.Equal(t, 2, c.requests, "a partial success is never sent again")
}

func TestARefusedRecordDoesNotTakeItsNeighbours(t *testing.T) {
	t.Parallel()
	c := &collector{refuse: func(_ int, logs plog.Logs) (Answer, error) {
		if slices.Contains(uidsOf(logs), "poison") {
			return Answer{}, status.Error(codes.InvalidArgument, "can't read it")
		}
		return Answer{}, nil
	}}
	lines := slices.Insert(numberedLines(250), 137, `{"t":"2024-01-01","id":"poison"}`)
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, lines...)
	result, err := Run(within(t, 20*time.Second), s)
	require.NoError(t, err)
	require.EqualValues(t, 250, result.Sent)
	require.EqualValues(t, 1, result.Refused)
	require.Equal(t, []Sample{{138, "InvalidArgument: can't read it"}}, result.RefusedLines)
	c.requireEach(t, 250, true)
}

func TestRequestsOverTheLimitAreHalved(t *testing.T) {
	t.Parallel()
	c := &collector{}
	lines := append(numberedLines(300), `{"t":"2024-01-01","id":"huge","text":"`+strings.Repeat("x", 8000)+`"}`)
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t), grpc.MaxRecvMsgSize(8000))}, lines...)
	result, err := Run(within(t, 20*time.Second), s)
	require.NoError(t, err)
	require.EqualValues(t, 300, result.Sent)
	require.EqualValues(t, 301, result.RefusedLines[0].Line)
	require.Contains(t, result.RefusedLines[0].Reason, "larger than max")
	c.requireEach(t, 300, true)
}

func TestLongLinesMakeSmallBatches(t *testing.T) {
	t.Parallel()
	c := &collector{}
	var lines []string
	for i := range 10 {
		lines = append(lines, strings.Replace(lineOf(i), "xxx", strings.Repeat("x", 1<<20), 1))
	}
	// The server has the usual limit of 4 MiB.
	result, err := Run(within(t, 20*time.Second), settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, lines...))
	require.NoError(t, err)
	require.EqualValues(t, 10, result.Sent)
	require.Equal(t, 5, c.requests)
}

func TestAnEndpointThatTakesNothingEndsTheImport(t *testing.T) {
	t.Parallel()
	for _, code := range []codes.Code{codes.Unauthenticated, codes.PermissionDenied, codes.Unimplemented} {
		c := &collector{refuse: func(int, plog.Logs) (Answer, error) { return Answer{}, status.Error(code, "no") }}
		result, err := Run(within(t, 20*time.Second), settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, numberedLines(2000)...))
		require.EqualError(t, err, code.String()+": no")
		require.Zero(t, result.Sent)
		require.Equal(t, result.Read, result.Unsent)
	}
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	c := &collector{refuse: func(int, plog.Logs) (Answer, error) { return Answer{}, status.Error(codes.Unavailable, "down") }}
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, numberedLines(2000)...)
	ctx, cancel := context.WithTimeoutCause(t.Context(), 300*time.Millisecond, errors.New("Ctrl-C"))
	defer cancel()
	result, err := Run(ctx, s)
	require.EqualError(t, err, "Ctrl-C")
	require.Less(t, result.Elapsed, 5*time.Second)
	require.Equal(t, result.Read, result.Unsent)
	require.Positive(t, result.Unsent)
}

func TestPatienceEnds(t *testing.T) {
	t.Parallel()
	c := &collector{refuse: func(int, plog.Logs) (Answer, error) { return Answer{}, status.Error(codes.Unavailable, "down") }}
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, numberedLines(10)...)
	s.Patience = 400 * time.Millisecond
	_, err := Run(within(t, 20*time.Second), s)
	require.EqualError(t, err, "the endpoint took nothing for 400ms: Unavailable: down")
}

func TestSkippedLines(t *testing.T) {
	t.Parallel()
	c := &collector{}
	lines := []string{lineOf(0), "", "{broken", lineOf(1), `{"id":"no time"}`, strings.Repeat("x", 2000), lineOf(2)}
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, lines...)
	s.MaxLine = 1000
	result, err := Run(within(t, 20*time.Second), s)
	require.NoError(t, err)
	require.EqualValues(t, 6, result.Read)
	require.EqualValues(t, 3, result.Sent)
	require.EqualValues(t, 3, result.Skipped)
	require.Len(t, result.SkippedLines, 3)
	require.Equal(t, []int64{3, 5, 6}, []int64{result.SkippedLines[0].Line, result.SkippedLines[1].Line, result.SkippedLines[2].Line})
	require.Equal(t, "is too long: more than 1000 bytes", result.SkippedLines[2].Reason)
	c.requireEach(t, 3, true)
}

func TestSkippedLinesAreListedBoundedly(t *testing.T) {
	t.Parallel()
	c := &collector{}
	result, err := Run(within(t, 20*time.Second), settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, slices.Repeat([]string{"{"}, 1000)...))
	require.NoError(t, err)
	require.EqualValues(t, 1000, result.Skipped)
	require.Len(t, result.SkippedLines, maxSamples)
	require.Zero(t, c.requests)
}

func TestStrictStopsAtTheLine(t *testing.T) {
	t.Parallel()
	c := &collector{}
	lines := slices.Insert(numberedLines(250), 130, "{broken")
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, lines...)
	s.Strict = true
	result, err := Run(within(t, 20*time.Second), s)
	var strict *StrictError
	require.ErrorAs(t, err, &strict)
	require.EqualValues(t, 131, strict.Line)
	require.EqualValues(t, 130, result.Sent, "what comes before the line is sent, what comes after isn't")
	c.requireEach(t, 130, true)
}

func TestInputThatEndsEarly(t *testing.T) {
	t.Parallel()
	c := &collector{}
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))})
	compressed := gzipped(t, strings.Join(numberedLines(3000), "\n"))
	in, err := NewInput(strings.NewReader(string(compressed[:len(compressed)-2000])))
	require.NoError(t, err)
	s.Input = in
	result, err := Run(within(t, 20*time.Second), s)
	require.ErrorContains(t, err, "the input ends early, after line")
	require.Equal(t, result.Read, result.Sent, "whole lines before the end are sent")
	require.Zero(t, result.Skipped)
}

func TestPreviewSendsNothing(t *testing.T) {
	t.Parallel()
	c := &collector{}
	s := settings(t, Endpoint{Address: c.serveGRPC(t, listen(t))}, slices.Insert(numberedLines(50), 1, "{")...)
	var shown []string
	result, err := Preview(t.Context(), s, 2, func(lr plog.LogRecord) error {
		uid, _ := lr.Attributes().Get("log.record.uid")
		shown = append(shown, uid.Str())
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []string{"id-0", "id-1"}, shown)
	require.EqualValues(t, 51, result.Read)
	require.EqualValues(t, 1, result.Skipped)
	require.Zero(t, c.requests)
}
