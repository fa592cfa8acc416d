package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// receiver takes what the shop sends.
type receiver struct {
	plogotlp.UnimplementedGRPCServer

	mu       sync.Mutex
	services map[string]int
	counts   map[string]int
	uids     map[string]bool
	untraced int
}

func (r *receiver) Export(_ context.Context, request plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, resource := range request.Logs().ResourceLogs().All() {
		service, _ := resource.Resource().Attributes().Get("service.name")
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				r.services[service.AsString()]++
				r.take(record)
			}
		}
	}
	return plogotlp.NewExportResponse(), nil
}

func (r *receiver) take(record plog.LogRecord) {
	for _, name := range []string{"activity.source", "activity.status", "activity.project.id", "activity.action"} {
		if v, ok := record.Attributes().Get(name); ok {
			r.counts[name+"="+v.AsString()]++
		}
	}
	r.counts[record.SeverityText()]++
	uid, _ := record.Attributes().Get("log.record.uid")
	r.uids[uid.AsString()] = true
	if record.TraceID().IsEmpty() {
		r.untraced++
	}
}

func listen(t *testing.T) (*receiver, string) {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &receiver{services: map[string]int{}, counts: map[string]int{}, uids: map[string]bool{}}
	server := grpc.NewServer()
	plogotlp.RegisterGRPCServer(server, r)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		server.Stop()
		<-done
	})
	return r, listener.Addr().String()
}

// The endpoint comes from the environment, which parallel tests can't set.
func TestShopDeliversWhatItEmits(t *testing.T) {
	for name, scheme := range map[string]string{"with a scheme": "http://", "without a scheme": ""} {
		t.Run(name, func(t *testing.T) {
			r, address := listen(t)
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", scheme+address)
			var out bytes.Buffer
			require.NoError(t, run(t.Context(), []string{"-rate", "5000", "-duration", "1s", "-seed", "7"}, &out))

			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			var emitted int
			_, err := fmt.Sscanf(lines[len(lines)-1], "emitted %d", &emitted)
			require.NoError(t, err)
			require.Greater(t, emitted, 1000)
			require.Equal(t, map[string]int{"shop": emitted}, r.services)
			require.Len(t, r.uids, emitted)
			require.Zero(t, r.untraced)
			for _, seen := range []string{
				"activity.source=user", "activity.source=integration", "activity.source=scheduled",
				"activity.status=success", "activity.status=failure", "activity.status=pending", "activity.status=canceled",
				"activity.project.id=books", "activity.project.id=records",
				"activity.action=order.refund", "info", "notice", "warning", "critical",
			} {
				require.Positive(t, r.counts[seen], seen)
			}
			require.Less(t, r.counts["activity.status=failure"], emitted/10)
		})
	}
}

func TestShopRefusesToStandStill(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, run(t.Context(), []string{"-rate", "0"}, &bytes.Buffer{}), "-rate must be above 0")
}
