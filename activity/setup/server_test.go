package setup_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// server is an OTLP endpoint that keeps what it takes, over gRPC and over HTTP.
type server struct {
	plogotlp.UnimplementedGRPCServer

	mu       sync.Mutex
	actions  map[string]int // by uid
	names    map[string]int
	requests int
	services map[string]int

	// poison is the action of records that are refused with their whole request,
	// reject that of those that are refused alone.
	poison, reject string
	poisonCode     codes.Code
	slow           time.Duration
}

func newServer() *server {
	return &server{actions: map[string]int{}, names: map[string]int{}, services: map[string]int{}, poisonCode: codes.InvalidArgument}
}

// Export implements the gRPC service.
func (s *server) Export(_ context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	time.Sleep(s.slow)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	response := plogotlp.NewExportResponse()
	var taken []plog.LogRecord
	rejected := int64(0)
	for _, resource := range request.Logs().ResourceLogs().All() {
		service, _ := resource.Resource().Attributes().Get("service.name")
		for _, scope := range resource.ScopeLogs().All() {
			s.services[service.AsString()] += scope.LogRecords().Len()
			for _, record := range scope.LogRecords().All() {
				switch record.EventName() {
				case s.poison:
					return response, status.Error(s.poisonCode, "poison")
				case s.reject:
					rejected++
				default:
					taken = append(taken, record)
				}
			}
		}
	}
	for _, record := range taken {
		uid, _ := record.Attributes().Get("log.record.uid")
		s.actions[uid.AsString()]++
		s.names[record.EventName()]++
	}
	if rejected > 0 {
		response.PartialSuccess().SetRejectedLogRecords(rejected)
		response.PartialSuccess().SetErrorMessage("rejected")
	}
	return response, nil
}

// ServeHTTP implements OTLP over HTTP.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	request := plogotlp.NewExportRequest()
	if err != nil || r.URL.Path != "/v1/logs" || request.UnmarshalProto(body) != nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	response, err := s.Export(r.Context(), request)
	if err != nil {
		w.WriteHeader(map[codes.Code]int{codes.InvalidArgument: 400, codes.Internal: 500, codes.Unauthenticated: 401}[status.Code(err)])
		return
	}
	content, _ := response.MarshalProto()
	w.Header().Set("Content-Type", "application/x-protobuf")
	_, _ = w.Write(content)
}

// listen serves on address until the test ends, or until the function is called.
func (s *server) listen(t *testing.T, protocol, address string) (endpoint string, stop func()) {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", address)
	require.NoError(t, err)
	done := make(chan struct{})
	var end func()
	if protocol == "grpc" {
		g := grpc.NewServer()
		plogotlp.RegisterGRPCServer(g, s)
		end = g.Stop
		go func() { defer close(done); _ = g.Serve(listener) }()
	} else {
		h := &http.Server{Handler: s, ReadHeaderTimeout: time.Second}
		end = func() { _ = h.Close() }
		go func() { defer close(done); _ = h.Serve(listener) }()
	}
	var once sync.Once
	stop = func() { once.Do(func() { end(); <-done }) }
	t.Cleanup(stop)
	return listener.Addr().String(), stop
}

func (s *server) distinct() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.actions)
}

// missing returns those of the ids that never arrived.
func (s *server) missing(ids []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lost []string
	for _, id := range ids {
		if s.actions[strings.TrimSpace(id)] == 0 {
			lost = append(lost, id)
		}
	}
	return lost
}

// nowhere is an address where nobody listens.
func nowhere(t *testing.T) string {
	t.Helper()
	endpoint, stop := newServer().listen(t, "http", "127.0.0.1:0")
	stop()
	return endpoint
}
