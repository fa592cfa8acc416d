package activitygrpc

import (
	"context"
	"errors"
	"io"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/otel-activity/otel-activity/activity"
)

// The names of OpenTelemetry's semantic conventions for RPC, v1.43.0.
const (
	systemKey = attribute.Key("rpc.system.name")
	methodKey = attribute.Key("rpc.method")
	statusKey = attribute.Key("rpc.response.status_code")
)

// do records a call: action "shop.v1.Orders.Refund", and canceled for that code.
func (c *config) do(ctx context.Context, fullMethod string, source activity.Source, fn func(context.Context) error) error {
	if !c.filter(ctx, fullMethod) {
		return fn(ctx)
	}
	method := strings.TrimPrefix(fullMethod, "/")
	opts := []activity.DoOption{
		activity.With(activity.Activity{Source: source, Attributes: []attribute.KeyValue{
			systemKey.String("grpc"), methodKey.String(method),
		}}),
		activity.Finish(describe),
	}
	if c.recorder != nil {
		opts = append(opts, activity.Via(c.recorder))
	}
	return activity.Do(ctx, strings.ReplaceAll(method, "/", "."), fn, opts...)
}

// describe says what the status means.
func describe(a *activity.Activity) {
	if errors.Is(a.Err, io.EOF) {
		a.Err = nil // how a stream ends
	}
	code := codeOf(a.Err)
	a.Attributes = append(a.Attributes, statusKey.String(name(code)))
	switch {
	case a.Err == nil:
	case code == codes.Canceled:
		a.Status = activity.StatusCanceled
		a.Err = callError{code: code, err: a.Err}
	case code != codes.OK:
		a.Err = callError{code: code, err: a.Err}
	}
}

func codeOf(err error) codes.Code {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return status.FromContextError(err).Code()
	}
	return status.Code(err)
}

// callError has the code as its class.
type callError struct {
	code codes.Code
	err  error
}

func (e callError) Error() string { return status.Convert(e.err).Message() }

// ErrorType names the class for the attribute error.type.
func (e callError) ErrorType() string { return name(e.code) }

// name is the code as the convention writes it: PERMISSION_DENIED.
func name(code codes.Code) string {
	if code == codes.Canceled {
		return "CANCELLED"
	}
	var b strings.Builder
	for i, r := range code.String() {
		if i > 0 && r >= 'A' && r <= 'Z' && code != codes.OK {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}
