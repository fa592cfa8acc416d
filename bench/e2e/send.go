package main

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

const exportMethod = "/opentelemetry.proto.collector.logs.v1.LogsService/Export"

// send sends the requests over several connections and waits for their answers.
func send(ctx context.Context, endpoint string, requests [][]byte, clients int) error {
	group, ctx := errgroup.WithContext(ctx)
	for client := range clients {
		group.Go(func() error {
			conn, err := grpc.NewClient(endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
			if err != nil {
				return fmt.Errorf("connect to the collector: %w", err)
			}
			defer conn.Close()
			for i := client; i < len(requests); i += clients {
				var answer []byte
				if err := conn.Invoke(ctx, exportMethod, requests[i], &answer, grpc.ForceCodec(rawCodec{})); err != nil {
					return fmt.Errorf("send request %d: %w", i, err)
				}
			}
			return nil
		})
	}
	return group.Wait()
}

// rawCodec sends protobuf that was encoded before.
type rawCodec struct{}

func (rawCodec) Name() string { return "proto" }

func (rawCodec) Marshal(v any) ([]byte, error) { return v.([]byte), nil }

func (rawCodec) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = data
	return nil
}
