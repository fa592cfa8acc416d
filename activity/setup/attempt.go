package setup

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"

	collogpb "go.opentelemetry.io/proto/otlp/collector/logs/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// attempt is what the transports below OpenTelemetry's exporters note of one request:
// the exporters themselves return nothing but a text.
type attempt struct {
	// payload is sent instead of what the exporter has made.
	payload *collogpb.ExportLogsServiceRequest

	sent         bool // the request reached a transport
	acknowledged bool
	refusal      refusal
	retryAfter   time.Duration
	rejected     int64
	message      string
}

// refused reports whether these records won't be taken. What never reached a transport
// is too great for the exporter.
func (a *attempt) refused() bool {
	return !a.sent || a.rejected > 0 || a.refusal == ofRecords || a.refusal == failing
}

func (a *attempt) reason() error {
	if a.message == "" {
		return errors.New("no reason was given")
	}
	return errors.New(a.message)
}

type attemptKey struct{}

func (a *attempt) in(ctx context.Context) context.Context {
	return context.WithValue(ctx, attemptKey{}, a)
}

func attemptOf(ctx context.Context) *attempt {
	if a, ok := ctx.Value(attemptKey{}).(*attempt); ok {
		return a
	}
	return &attempt{}
}

// noteCall is a gRPC interceptor.
func noteCall(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	a := attemptOf(ctx)
	if a.payload != nil {
		req = a.payload
	}
	err := invoke(ctx, method, req, reply, cc, opts...)
	a.sent = true
	if response, ok := reply.(*collogpb.ExportLogsServiceResponse); ok && err == nil {
		a.noteResponse(response)
	}
	s := status.Convert(err)
	for _, detail := range s.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			a.retryAfter = info.GetRetryDelay().AsDuration()
		}
	}
	a.acknowledged = s.Code() == codes.OK
	a.refusal = refusalOfCode(s.Code(), a.retryAfter)
	return err
}

func (a *attempt) noteResponse(r *collogpb.ExportLogsServiceResponse) {
	a.rejected = r.GetPartialSuccess().GetRejectedLogRecords()
	a.message = r.GetPartialSuccess().GetErrorMessage()
}

// noting is an HTTP transport.
type noting struct{ base http.RoundTripper }

// maxResponse bounds what is read of a response, in bytes.
const maxResponse = 64 << 10

// RoundTrip implements [http.RoundTripper].
func (t noting) RoundTrip(req *http.Request) (*http.Response, error) {
	a := attemptOf(req.Context())
	if a.payload != nil {
		var err error
		if req, err = withPayload(req, a.payload); err != nil {
			return nil, err
		}
	}
	resp, err := t.base.RoundTrip(req)
	a.sent = true
	if err != nil {
		return resp, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxResponse))
	_ = resp.Body.Close()
	if err != nil {
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	a.acknowledged = resp.StatusCode/100 == 2
	a.refusal = refusalOfStatus(resp.StatusCode)
	if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil {
		a.retryAfter = time.Duration(seconds) * time.Second
	}
	var response collogpb.ExportLogsServiceResponse
	if a.acknowledged && proto.Unmarshal(body, &response) == nil {
		a.noteResponse(&response)
	}
	return resp, nil
}

func withPayload(req *http.Request, payload *collogpb.ExportLogsServiceRequest) (*http.Request, error) {
	body, err := proto.Marshal(payload)
	if err != nil {
		return nil, err
	}
	req = req.Clone(req.Context())
	req.Header.Del("Content-Encoding") // that of the body that it had
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	req.ContentLength = int64(len(body))
	return req, nil
}
