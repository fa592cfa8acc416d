package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
)

// server is an OTLP endpoint that takes everything and keeps nothing.
type server struct {
	plogotlp.UnimplementedGRPCServer

	address string
	delay   time.Duration
	stop    func()
}

func listen(ctx context.Context, delay time.Duration) (*server, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	g := grpc.NewServer()
	s := &server{address: listener.Addr().String(), delay: delay, stop: g.Stop}
	plogotlp.RegisterGRPCServer(g, s)
	go g.Serve(listener) //nolint:errcheck // it ends with Stop
	return s, nil
}

// Export implements the gRPC service.
func (s *server) Export(context.Context, plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	time.Sleep(s.delay)
	return plogotlp.NewExportResponse(), nil
}
