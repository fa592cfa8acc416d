package setup

import (
	"net/http"
	"time"

	"google.golang.org/grpc/codes"
)

// refusal is what a server has against a request. OTLP says which answers are final; it
// does not say for what, and that decides what is to be lost.
type refusal int

const (
	// notRefused: it may take the same request later.
	notRefused refusal = iota
	// ofRecords: it will never take these records.
	ofRecords
	// failing: it fails, over these records or over everything. So does a Collector
	// answer whose pipeline has refused records for good.
	failing
	// ofSender: it takes nothing with these headers or at this address. The records are
	// as good as any.
	ofSender
)

func refusalOfCode(code codes.Code, retryAfter time.Duration) refusal {
	switch code { //nolint:exhaustive // the others are like Internal
	case codes.OK, codes.Canceled, codes.DeadlineExceeded, codes.Aborted, codes.OutOfRange, codes.Unavailable, codes.DataLoss:
		return notRefused
	case codes.ResourceExhausted:
		if retryAfter > 0 {
			return notRefused
		}
		return ofRecords // without a time to come back, the message is too great
	case codes.InvalidArgument:
		return ofRecords
	case codes.Unauthenticated, codes.PermissionDenied, codes.Unimplemented, codes.NotFound:
		return ofSender
	default:
		return failing
	}
}

func refusalOfStatus(status int) refusal {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return notRefused
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return ofRecords
	}
	switch status / 100 {
	case 2:
		return notRefused
	case 5:
		return failing
	default:
		return ofSender
	}
}
