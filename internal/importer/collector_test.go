package importer

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// collector is the receiving end of OTLP. refuse decides about each request.
type collector struct {
	plogotlp.UnimplementedGRPCServer

	mu       sync.Mutex
	requests int
	// took counts how often each record arrived, by its uid.
	took    map[string]int
	headers map[string]string
	refuse  func(request int, logs plog.Logs) (Answer, error)
}

func (c *collector) take(logs plog.Logs) (Answer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.requests++
	var answer Answer
	if c.refuse != nil {
		var err error
		if answer, err = c.refuse(c.requests, logs); err != nil {
			return answer, err
		}
	}
	if c.took == nil {
		c.took = map[string]int{}
	}
	for _, uid := range uidsOf(logs) {
		c.took[uid]++
	}
	return answer, nil
}

func uidsOf(logs plog.Logs) []string {
	var uids []string
	records := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	for i := range records.Len() {
		uid, _ := records.At(i).Attributes().Get("log.record.uid")
		uids = append(uids, uid.Str())
	}
	return uids
}

func (c *collector) Export(ctx context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	c.mu.Lock()
	c.headers = map[string]string{"x-tenant": strings.Join(md.Get("x-tenant"), ",")}
	c.mu.Unlock()
	answer, err := c.take(request.Logs())
	return responseOf(answer), err
}

func responseOf(a Answer) plogotlp.ExportResponse {
	response := plogotlp.NewExportResponse()
	response.PartialSuccess().SetRejectedLogRecords(a.Rejected)
	response.PartialSuccess().SetErrorMessage(a.Message)
	return response
}

// serveGRPC serves until the test ends, and returns the address.
func (c *collector) serveGRPC(t *testing.T, listener net.Listener, options ...grpc.ServerOption) string {
	t.Helper()
	server := grpc.NewServer(options...)
	plogotlp.RegisterGRPCServer(server, c)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		server.Stop()
		<-done
	})
	return listener.Addr().String()
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return listener
}

// statusError is what a collector over HTTP answers instead of taking records.
type statusError struct {
	status int
	header http.Header
	body   string
}

func (e *statusError) Error() string { return strconv.Itoa(e.status) }

func (c *collector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Encoding") == "gzip" {
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = unzipped
	}
	body, err := io.ReadAll(r.Body)
	request := plogotlp.NewExportRequest()
	if err != nil || r.URL.Path != "/v1/logs" || request.UnmarshalProto(body) != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	c.headers = map[string]string{"x-tenant": r.Header.Get("X-Tenant"), "content-type": r.Header.Get("Content-Type")}
	c.mu.Unlock()
	answer, err := c.take(request.Logs())
	if refusal, ok := err.(*statusError); ok { //nolint:errorlint // made here, never wrapped
		maps.Copy(w.Header(), refusal.header)
		w.WriteHeader(refusal.status)
		_, _ = io.WriteString(w, refusal.body)
		return
	}
	payload, err := responseOf(answer).MarshalProto()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(payload)
}

func (c *collector) serveHTTP(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	return server.URL
}

// lineOf is the line of the nth record of a test.
func lineOf(n int) string {
	return fmt.Sprintf(`{"t":"2024-01-01T00:00:00Z","id":"id-%d","text":%q}`, n, strings.Repeat("x", 100))
}

const numberedMap = mapText + "  id: /id\n  details: /text\n"

// settings are those of an import of n lines.
func settings(t *testing.T, endpoint Endpoint, lines ...string) Settings {
	t.Helper()
	m, err := LoadMap([]byte(numberedMap), nil)
	require.NoError(t, err)
	in, err := NewInput(strings.NewReader(strings.Join(lines, "\n")))
	require.NoError(t, err)
	sender, err := endpoint.Connect()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sender.Close()) })
	return Settings{Map: m, Input: in, Sender: sender, BatchRecords: 100}
}

func numberedLines(n int) []string {
	lines := make([]string, 0, n)
	for i := range n {
		lines = append(lines, lineOf(i))
	}
	return lines
}

// requireEach requires every one of n records, exactly once or, after requests
// whose answers got lost, at least once.
func (c *collector) requireEach(t *testing.T, n int, exactlyOnce bool) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	require.Len(t, c.took, n)
	for i := range n {
		times := c.took[fmt.Sprintf("id-%d", i)]
		require.Positive(t, times)
		if exactlyOnce {
			require.Equal(t, 1, times)
		}
	}
}

func within(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}
