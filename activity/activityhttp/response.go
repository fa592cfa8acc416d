package activityhttp

import (
	"context"
	"net/http"
	"strconv"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/semconv"
)

// response notes the status. Flush, Hijack and the rest are found by
// http.ResponseController through Unwrap.
type response struct {
	http.ResponseWriter

	status int
}

// WriteHeader implements [http.ResponseWriter].
func (r *response) WriteHeader(status int) {
	// Informational ones are followed by another; after 101 the connection is another's.
	if r.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (r *response) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(b)
}

// Unwrap is for [http.ResponseController].
func (r *response) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// describe tells how the request went.
func (r *response) describe(ctx context.Context, a *activity.Activity) {
	if r.status == 0 {
		if ctx.Err() != nil {
			a.Err = context.Canceled // the client has gone
			return
		}
		r.status = http.StatusOK // net/http writes it when the handler has returned
	}
	a.Attributes = append(a.Attributes, semconv.HTTPResponseStatusCodeKey.Int(r.status))
	if r.status >= http.StatusBadRequest {
		a.Err = statusError(r.status)
	}
}

// statusError is a failure that has a class and no message.
type statusError int

func (statusError) Error() string { return "" }

// ErrorType names the class for the attribute error.type.
func (s statusError) ErrorType() string { return strconv.Itoa(int(s)) }
