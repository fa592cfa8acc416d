package importer

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
)

// Sender hands records to an OTLP endpoint. It must be safe for concurrent use.
type Sender interface {
	// Send makes one attempt. The records are the endpoint's when the error is
	// nil, except for as many as the answer says that it rejected. Any error is a
	// *SendError or the context's.
	Send(ctx context.Context, logs plog.Logs) (Answer, error)
	Close() error
}

// Answer is a response to an accepted request.
type Answer struct {
	// Rejected is the number of records of the request that the endpoint did not
	// take; OTLP doesn't tell which.
	Rejected int64
	Message  string
}

// Verdict says what an unsuccessful attempt means.
type Verdict int

// The verdicts.
const (
	// TryAgain: the endpoint can't take it now.
	TryAgain Verdict = iota
	// TooLarge: the endpoint takes it in smaller requests.
	TooLarge
	// Refused: the endpoint will never take this request.
	Refused
	// Stop: the endpoint will take no request at all.
	Stop
)

// SendError is an unsuccessful attempt.
type SendError struct {
	Verdict Verdict
	// RetryAfter is how long the endpoint asks to be left alone, 0 when it
	// doesn't say.
	RetryAfter time.Duration
	Err        error
}

func (e *SendError) Error() string { return e.Err.Error() }
func (e *SendError) Unwrap() error { return e.Err }
