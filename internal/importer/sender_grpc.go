package importer

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

var _ Sender = (*grpcSender)(nil)

type grpcSender struct {
	conn    *grpc.ClientConn
	client  plogotlp.GRPCClient
	headers metadata.MD
	options []grpc.CallOption
}

func newGRPCSender(address string, tlsConfig *tls.Config, headers map[string]string, compress bool) (Sender, error) {
	creds := insecure.NewCredentials()
	if tlsConfig != nil {
		creds = credentials.NewTLS(tlsConfig)
	}
	conn, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(creds),
		// gRPC would wait up to two minutes between attempts to connect.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: maxBackoff},
			MinConnectTimeout: 10 * time.Second,
		}))
	if err != nil {
		return nil, fmt.Errorf("endpoint %q: %w", address, err)
	}
	s := &grpcSender{conn: conn, client: plogotlp.NewGRPCClient(conn), headers: metadata.New(headers)}
	if compress {
		s.options = append(s.options, grpc.UseCompressor(gzip.Name))
	}
	return s, nil
}

func (s *grpcSender) Send(ctx context.Context, logs plog.Logs) (Answer, error) {
	response, err := s.client.Export(metadata.NewOutgoingContext(ctx, s.headers), plogotlp.NewExportRequestFromLogs(logs), s.options...)
	if err != nil {
		if ctx.Err() != nil {
			return Answer{}, ctx.Err()
		}
		return Answer{}, grpcError(err)
	}
	partial := response.PartialSuccess()
	return Answer{Rejected: partial.RejectedLogRecords(), Message: partial.ErrorMessage()}, nil
}

func (s *grpcSender) Close() error { return s.conn.Close() }

// grpcError follows the table of the OTLP specification, but for
// RESOURCE_EXHAUSTED, which it calls final without a RetryInfo: Collectors
// answer it for a full queue as well as for a request over the size limit.
func grpcError(err error) *SendError {
	st := status.Convert(err)
	e := &SendError{Verdict: Refused, Err: fmt.Errorf("%s: %s", st.Code(), st.Message())}
	for _, detail := range st.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok && info.GetRetryDelay() != nil {
			e.RetryAfter = info.GetRetryDelay().AsDuration()
		}
	}
	switch st.Code() { //nolint:exhaustive // with every other code the request itself is at fault
	case codes.Canceled, codes.DeadlineExceeded, codes.Aborted, codes.OutOfRange, codes.Unavailable, codes.DataLoss:
		e.Verdict = TryAgain
	case codes.ResourceExhausted:
		e.Verdict = TryAgain
		if strings.Contains(st.Message(), "larger than max") {
			e.Verdict = TooLarge
		}
	case codes.Unimplemented, codes.Unauthenticated, codes.PermissionDenied:
		e.Verdict = Stop
	}
	return e
}
