package importer

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
)

func TestHTTPDeliversEveryRecordOnce(t *testing.T) {
	t.Parallel()
	refusals := []*statusError{
		{status: http.StatusTooManyRequests, header: http.Header{"Retry-After": {"1"}}},
		{status: http.StatusServiceUnavailable, body: "down"},
		{status: http.StatusRequestEntityTooLarge},
	}
	c := &collector{refuse: func(request int, _ plog.Logs) (Answer, error) {
		if request <= len(refusals) {
			return Answer{}, refusals[request-1]
		}
		return Answer{}, nil
	}}
	s := settings(t, Endpoint{Address: c.serveHTTP(t), Headers: map[string]string{"x-tenant": "acme"}}, numberedLines(350)...)
	s.Concurrency = 1
	result, err := Run(within(t, 30*time.Second), s)
	require.NoError(t, err)
	require.EqualValues(t, 350, result.Sent)
	require.EqualValues(t, 2, result.Retries)
	require.GreaterOrEqual(t, result.Elapsed, time.Second, "Retry-After is honoured")
	c.requireEach(t, 350, true)
	require.Equal(t, 3+1+4, c.requests)
	require.Equal(t, map[string]string{"x-tenant": "acme", "content-type": "application/x-protobuf"}, c.headers)
}

func TestHTTPPartialSuccess(t *testing.T) {
	t.Parallel()
	c := &collector{refuse: func(int, plog.Logs) (Answer, error) { return Answer{Rejected: 4, Message: "no"}, nil }}
	result, err := Run(within(t, 20*time.Second), settings(t, Endpoint{Address: c.serveHTTP(t)}, numberedLines(10)...))
	require.NoError(t, err)
	require.EqualValues(t, 6, result.Sent)
	require.EqualValues(t, 4, result.Refused)
}

func TestHTTPRefusalNamesTheRecord(t *testing.T) {
	t.Parallel()
	body, err := proto.Marshal(&spb.Status{Message: "can't read it"})
	require.NoError(t, err)
	c := &collector{refuse: func(_ int, logs plog.Logs) (Answer, error) {
		if slices.Contains(uidsOf(logs), "id-6") {
			return Answer{}, &statusError{status: http.StatusBadRequest, header: http.Header{"Content-Type": {"application/x-protobuf"}}, body: string(body)}
		}
		return Answer{}, nil
	}}
	result, err := Run(within(t, 20*time.Second), settings(t, Endpoint{Address: c.serveHTTP(t)}, numberedLines(10)...))
	require.NoError(t, err)
	require.EqualValues(t, 9, result.Sent)
	require.Equal(t, []Sample{{7, "400 Bad Request: can't read it"}}, result.RefusedLines)
}

func TestHTTPEndpointThatIsNoCollector(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"not found":  {http.NotFound, "404 Not Found"},
		"forbidden":  {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "token?", http.StatusUnauthorized) }, "401 Unauthorized: token?"},
		"a web page": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, "which is not OTLP"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.answer)
			t.Cleanup(server.Close)
			result, err := Run(within(t, 20*time.Second), settings(t, Endpoint{Address: server.URL}, numberedLines(10)...))
			require.ErrorContains(t, err, test.want)
			require.Zero(t, result.Sent)
		})
	}
}

func TestTLSWithOwnCertificates(t *testing.T) {
	t.Parallel()
	c := &collector{}
	server := httptest.NewTLSServer(c)
	t.Cleanup(server.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	result, err := Run(within(t, 20*time.Second), settings(t, Endpoint{Address: server.URL, CAFile: ca}, numberedLines(10)...))
	require.NoError(t, err)
	require.EqualValues(t, 10, result.Sent)

	s := settings(t, Endpoint{Address: server.URL}, numberedLines(10)...)
	s.Patience = 100 * time.Millisecond
	_, err = Run(within(t, 20*time.Second), s)
	require.ErrorContains(t, err, "certificate")
}

func TestEndpoints(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		endpoint Endpoint
		want     target
	}{
		{Endpoint{Address: "localhost:4317"}, target{ProtocolGRPC, "localhost:4317", false}},
		{Endpoint{Address: "127.0.0.1:5000"}, target{ProtocolGRPC, "127.0.0.1:5000", false}},
		{Endpoint{Address: "[::1]:4317"}, target{ProtocolGRPC, "[::1]:4317", false}},
		{Endpoint{Address: "collector:4317"}, target{ProtocolGRPC, "collector:4317", true}},
		{Endpoint{Address: "collector:4317", Insecure: true}, target{ProtocolGRPC, "collector:4317", false}},
		{Endpoint{Address: "unix:/run/otlp.sock"}, target{ProtocolGRPC, "unix:/run/otlp.sock", false}},
		{Endpoint{Address: "unix:///run/otlp.sock"}, target{ProtocolGRPC, "unix:///run/otlp.sock", false}},
		// The specification's environment variable holds a URL for gRPC, too.
		{Endpoint{Address: "http://collector:4317"}, target{ProtocolGRPC, "collector:4317", false}},
		{Endpoint{Address: "https://collector:4317/"}, target{ProtocolGRPC, "collector:4317", true}},
		{Endpoint{Address: "https://collector", Protocol: ProtocolGRPC}, target{ProtocolGRPC, "collector:4317", true}},
		{Endpoint{Address: "http://localhost:4318"}, target{ProtocolHTTP, "http://localhost:4318/v1/logs", false}},
		{Endpoint{Address: "https://x/otlp/"}, target{ProtocolHTTP, "https://x/otlp/v1/logs", true}},
		{Endpoint{Address: "https://x/otlp/v1/logs"}, target{ProtocolHTTP, "https://x/otlp/v1/logs", true}},
		{Endpoint{Address: "http://x:4317", Protocol: ProtocolHTTP}, target{ProtocolHTTP, "http://x:4317/v1/logs", false}},
	} {
		got, err := test.endpoint.resolve()
		require.NoError(t, err, test.endpoint)
		require.Equal(t, test.want, got, test.endpoint)
	}
	for want, endpoint := range map[string]Endpoint{
		"has no port":                    {Address: "collector"},
		"needs a URL":                    {Address: "collector:4318", Protocol: ProtocolHTTP},
		"neither grpc nor http/protobuf": {Address: "collector:4318", Protocol: "http/json"},
		"use host:port for OTLP/gRPC":    {Address: "ftp://collector"},
		"has no host":                    {Address: "http://"},
		"--insecure contradicts":         {Address: "https://collector", Insecure: true},
		"neither gzip nor none":          {Address: "localhost:4317", Compression: "zstd"},
		"read the certificates to trust": {Address: "collector:4317", CAFile: "/nonexistent"},
		"holds no certificate in PEM":    {Address: "collector:4317", CAFile: "http_test.go"},
	} {
		_, err := endpoint.Connect()
		require.ErrorContains(t, err, want)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"7": 7 * time.Second, "Mon, 01 Jan 2024 00:00:09 GMT": 9 * time.Second,
		"Sun, 31 Dec 2023 00:00:00 GMT": 0, "": 0, "-3": 0, "soon": 0,
	} {
		require.Equal(t, want, retryAfter(value, now), value)
	}
}
