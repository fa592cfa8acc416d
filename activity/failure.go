package activity

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otel-activity/otel-activity/semconv"
)

// failure is what there is to say about an error; the zero value means that
// there is none.
type failure struct {
	class    string
	message  string
	canceled bool
}

// describe calls the error's methods, which are not ours and may panic.
func describe(err error) (f failure) {
	if err == nil {
		return failure{}
	}
	f.class = reflect.TypeOf(err).String()
	defer func() {
		if p := recover(); p != nil {
			f.message = fmt.Sprint("!PANIC: ", p)
		}
	}()
	f.message = err.Error()
	f.canceled = errors.Is(err, context.Canceled)
	f.class = errorClass(err)
	return f
}

// errorClass is the error's own name for its class, else its Go type, taken from
// beneath what fmt.Errorf has wrapped around it.
func errorClass(err error) string {
	for {
		if typed, ok := err.(interface{ ErrorType() string }); ok {
			if class := typed.ErrorType(); class != "" {
				return class
			}
		}
		inner := errors.Unwrap(err)
		if inner == nil || reflect.TypeOf(err) != wrappedByFmt {
			return reflect.TypeOf(err).String()
		}
		err = inner
	}
}

var wrappedByFmt = reflect.TypeOf(fmt.Errorf("%w", context.Canceled))

func (f *failure) status() Status {
	switch {
	case f.canceled:
		return StatusCanceled
	case f.class != "":
		return StatusFailure
	default:
		return StatusSuccess
	}
}

func (f *failure) append(r *repairs, kvs []attribute.KeyValue) []attribute.KeyValue {
	kvs = r.appendText(kvs, semconv.ErrorTypeKey, f.class)
	return r.appendText(kvs, semconv.ExceptionMessageKey, f.message)
}
