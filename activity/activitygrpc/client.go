package activitygrpc

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/otel-activity/otel-activity/activity"
)

// UnaryClientInterceptor records calls of another system, with the source integration.
func UnaryClientInterceptor(opts ...Option) grpc.UnaryClientInterceptor {
	c := newConfig(opts)
	return func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, callOpts ...grpc.CallOption) error {
		return c.do(c.send(ctx), method, activity.SourceIntegration, func(ctx context.Context) error {
			return invoke(ctx, method, req, reply, cc, callOpts...)
		})
	}
}

// StreamClientInterceptor is UnaryClientInterceptor for streams: one activity when the
// stream has ended, by an error of RecvMsg, io.EOF among them, or with its context.
func StreamClientInterceptor(opts ...Option) grpc.StreamClientInterceptor {
	c := newConfig(opts)
	return func(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, callOpts ...grpc.CallOption) (grpc.ClientStream, error) {
		ctx = c.send(ctx)
		stream, err := open(ctx, desc, cc, method, callOpts...)
		if err != nil || !c.filter(ctx, method) {
			if err != nil {
				_ = c.do(ctx, method, activity.SourceIntegration, func(context.Context) error { return err })
			}
			return stream, err
		}
		s := &clientStream{ClientStream: stream, single: !desc.ServerStreams, ended: make(chan error, 1)}
		go s.wait(ctx, c, method)
		return s, nil
	}
}

// send puts who and where into the metadata.
func (c *config) send(ctx context.Context) context.Context {
	if !c.baggage {
		return ctx
	}
	md, _ := metadata.FromOutgoingContext(ctx) // a copy
	if md == nil {
		md = metadata.MD{}
	}
	propagation.Baggage{}.Inject(activity.ToBaggage(ctx), carrier(md))
	return metadata.NewOutgoingContext(ctx, md)
}

type clientStream struct {
	grpc.ClientStream

	single bool // the server sends one message, after which nobody asks for io.EOF
	once   sync.Once
	ended  chan error
}

// RecvMsg implements [grpc.ClientStream].
func (s *clientStream) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	if err != nil || s.single {
		s.once.Do(func() { s.ended <- err })
	}
	return err
}

// wait records the stream. gRPC ends the stream's context with the stream.
func (s *clientStream) wait(ctx context.Context, c *config, method string) {
	_ = c.do(ctx, method, activity.SourceIntegration, func(ctx context.Context) error {
		select {
		case err := <-s.ended:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}
