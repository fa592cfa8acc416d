package activitygrpc_test

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/activitygrpc"
	"github.com/otel-activity/otel-activity/activity/internal/capture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// health is a real service whose answer is in the request's name.
type health struct {
	healthpb.UnimplementedHealthServer
}

func (health) Check(ctx context.Context, req *healthpb.HealthCheckRequest) (*healthpb.HealthCheckResponse, error) {
	switch req.GetService() {
	case "forbidden":
		return nil, status.Error(codes.PermissionDenied, "not you")
	case "slow":
		<-ctx.Done()
		return nil, ctx.Err()
	case "panic":
		panic("boom")
	default:
		return &healthpb.HealthCheckResponse{}, nil
	}
}

func (health) Watch(req *healthpb.HealthCheckRequest, stream healthpb.Health_WatchServer) error {
	for range 3 {
		if err := stream.Send(&healthpb.HealthCheckResponse{}); err != nil {
			return err
		}
	}
	if req.GetService() == "forbidden" {
		return status.Error(codes.PermissionDenied, activity.ActorFrom(stream.Context()).ID)
	}
	return nil
}

// survive answers a panic as services do; it is outside of ours.
func survive(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (resp any, err error) {
	defer func() {
		if recover() != nil {
			err = status.Error(codes.Internal, "panic")
		}
	}()
	return handle(ctx, req)
}

func connect(t *testing.T) (client healthpb.HealthClient, served, called *capture.Records) {
	t.Helper()
	server, served := capture.NewRecorder()
	caller, called := capture.NewRecorder()
	serverOpts := []activitygrpc.Option{
		activitygrpc.Via(server), activitygrpc.Baggage(),
		activitygrpc.WithProject(func(context.Context) string { return "acme" }),
	}
	g := grpc.NewServer(
		grpc.ChainUnaryInterceptor(survive, activitygrpc.UnaryServerInterceptor(serverOpts...)),
		grpc.ChainStreamInterceptor(activitygrpc.StreamServerInterceptor(serverOpts...)))
	healthpb.RegisterHealthServer(g, health{})
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() { defer close(done); _ = g.Serve(listener) }()
	clientOpts := []activitygrpc.Option{activitygrpc.Via(caller), activitygrpc.Baggage()}
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithUnaryInterceptor(activitygrpc.UnaryClientInterceptor(clientOpts...)),
		grpc.WithStreamInterceptor(activitygrpc.StreamClientInterceptor(clientOpts...)))
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, conn.Close())
		g.Stop()
		<-done
	})
	return healthpb.NewHealthClient(conn), served, called
}

func TestCallsAreRecordedOnBothSides(t *testing.T) {
	t.Parallel()
	client, served, called := connect(t)
	ctx := activity.WithActor(t.Context(), activity.Actor{ID: "u-42"})
	_, err := client.Check(ctx, &healthpb.HealthCheckRequest{})
	require.NoError(t, err)

	got := served.Attributes(0)
	require.Contains(t, got["user_agent.original"], "grpc-go")
	require.Equal(t, "grpc.health.v1.Health.Check", served.Name(0))
	for key, want := range map[string]any{
		"activity.source": "user", "activity.status": "success", "user.id": "u-42", "activity.project.id": "acme",
		"client.address": "127.0.0.1", "rpc.system.name": "grpc", "rpc.method": "grpc.health.v1.Health/Check", "rpc.response.status_code": "OK",
	} {
		require.Equal(t, want, got[key], key)
	}
	require.Equal(t, "integration", called.Attributes(0)["activity.source"])
	require.Equal(t, "success", called.Attributes(0)["activity.status"])
}

func TestErrorsPassThroughAndAreTold(t *testing.T) {
	t.Parallel()
	for service, want := range map[string]struct {
		code         codes.Code
		status, name string
	}{
		"forbidden": {codes.PermissionDenied, "failure", "PERMISSION_DENIED"},
		"panic":     {codes.Internal, "failure", "panic"},
	} {
		client, served, called := connect(t)
		_, err := client.Check(t.Context(), &healthpb.HealthCheckRequest{Service: service})
		require.Equal(t, want.code, status.Code(err))
		require.Equal(t, want.status, served.Attributes(0)["activity.status"])
		require.Equal(t, want.name, served.Attributes(0)["error.type"])
		require.Equal(t, "failure", called.Attributes(0)["activity.status"])
	}
}

func TestCancellationIsTold(t *testing.T) {
	t.Parallel()
	client, served, called := connect(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := client.Check(ctx, &healthpb.HealthCheckRequest{Service: "slow"})
	require.Equal(t, codes.Canceled, status.Code(err))
	served.Wait(t, 1)
	require.Equal(t, "canceled", served.Attributes(0)["activity.status"])
	require.Equal(t, "canceled", called.Attributes(0)["activity.status"])
	require.Equal(t, "CANCELLED", called.Attributes(0)["rpc.response.status_code"])
}

func TestStreamsAreRecordedWhenTheyEnd(t *testing.T) {
	t.Parallel()
	client, served, called := connect(t)
	ctx := activity.WithActor(t.Context(), activity.Actor{ID: "u-42"})
	for service, want := range map[string]string{"": "success", "forbidden": "failure"} {
		stream, err := client.Watch(ctx, &healthpb.HealthCheckRequest{Service: service})
		require.NoError(t, err)
		messages := 0
		for err == nil {
			if _, err = stream.Recv(); err == nil {
				messages++
			}
		}
		require.Equal(t, 3, messages)
		if service == "" {
			require.Equal(t, io.EOF, err)
		} else {
			require.ErrorContains(t, err, "u-42")
		}
		n := served.Len()
		called.Wait(t, n)
		require.Equal(t, want, served.Attributes(n - 1)["activity.status"])
		require.Equal(t, want, called.Attributes(n - 1)["activity.status"])
		require.Equal(t, "grpc.health.v1.Health.Watch", called.Name(n-1))
	}
}

func TestFilterLeavesCallsAlone(t *testing.T) {
	t.Parallel()
	recorder, records := capture.NewRecorder()
	intercept := activitygrpc.UnaryServerInterceptor(activitygrpc.Via(recorder),
		activitygrpc.Filter(func(_ context.Context, method string) bool { return method != "/a.B/Get" }))
	resp, err := intercept(t.Context(), "request", &grpc.UnaryServerInfo{FullMethod: "/a.B/Get"},
		func(context.Context, any) (any, error) { return "response", nil })
	require.NoError(t, err)
	require.Equal(t, "response", resp)
	require.Zero(t, records.Len())
}

func ExampleUnaryServerInterceptor() {
	_ = grpc.NewServer(
		grpc.UnaryInterceptor(activitygrpc.UnaryServerInterceptor(
			activitygrpc.WithActor(func(context.Context) activity.Actor { return activity.Actor{ID: "u-42"} }))),
		grpc.StreamInterceptor(activitygrpc.StreamServerInterceptor()))
}

func ExampleUnaryClientInterceptor() {
	_, _ = grpc.NewClient("payments:8443",
		grpc.WithUnaryInterceptor(activitygrpc.UnaryClientInterceptor(activitygrpc.Baggage())),
		grpc.WithStreamInterceptor(activitygrpc.StreamClientInterceptor(activitygrpc.Baggage())))
}
