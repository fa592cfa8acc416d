package activitygrpc

import (
	"context"
	"net"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

// UnaryServerInterceptor puts who is asking and from where into the context of each call,
// and records it.
func UnaryServerInterceptor(opts ...Option) grpc.UnaryServerInterceptor {
	c := newConfig(opts)
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (resp any, err error) {
		err = c.do(c.carry(ctx), info.FullMethod, "", func(ctx context.Context) (err error) {
			resp, err = handle(ctx, req)
			return err
		})
		return resp, err
	}
}

// StreamServerInterceptor is UnaryServerInterceptor for streams: one activity when the
// stream has ended.
func StreamServerInterceptor(opts ...Option) grpc.StreamServerInterceptor {
	c := newConfig(opts)
	return func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
		return c.do(c.carry(stream.Context()), info.FullMethod, "", func(ctx context.Context) error {
			return handle(srv, &serverStream{ServerStream: stream, ctx: ctx})
		})
	}
}

type serverStream struct {
	grpc.ServerStream

	ctx context.Context //nolint:containedctx // a stream has its context
}

// Context implements [grpc.ServerStream].
func (s *serverStream) Context() context.Context { return s.ctx }

func (c *config) carry(ctx context.Context) context.Context {
	md, _ := metadata.FromIncomingContext(ctx)
	if c.baggage {
		ctx = activity.FromBaggage(propagation.Baggage{}.Extract(ctx, carrier(md)))
	}
	if c.actor != nil {
		if actor := c.actor(ctx); actor.ID != "" || actor.Type != "" {
			ctx = activity.WithActor(ctx, actor)
		}
	}
	if c.project != nil {
		if project := c.project(ctx); project != "" {
			ctx = activity.WithProject(ctx, project)
		}
	}
	return activity.WithAttributes(ctx, client(ctx, md)...)
}

// client is where a call comes from.
func client(ctx context.Context, md metadata.MD) []attribute.KeyValue {
	var kvs []attribute.KeyValue
	if p, ok := peer.FromContext(ctx); ok && p.Addr != nil {
		address, _, err := net.SplitHostPort(p.Addr.String())
		if err != nil {
			address = p.Addr.String()
		}
		kvs = append(kvs, semconv.ClientAddressKey.String(address))
	}
	if agent := md.Get("user-agent"); len(agent) > 0 {
		kvs = append(kvs, semconv.UserAgentOriginalKey.String(agent[0]))
	}
	return kvs
}

// carrier is metadata as a propagator reads and writes it.
type carrier metadata.MD

var _ propagation.TextMapCarrier = carrier{}

// Get implements [propagation.TextMapCarrier].
func (c carrier) Get(key string) string {
	if values := metadata.MD(c).Get(key); len(values) > 0 {
		return values[0]
	}
	return ""
}

// Set implements [propagation.TextMapCarrier].
func (c carrier) Set(key, value string) { metadata.MD(c).Set(key, value) }

// Keys implements [propagation.TextMapCarrier].
func (c carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for key := range c {
		keys = append(keys, key)
	}
	return keys
}
