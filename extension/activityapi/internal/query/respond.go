package query

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

// answer writes a value.
func (s *Service) answer(w http.ResponseWriter, r *http.Request, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.answerBytes(w, body)
}

func (s *Service) answerBytes(w http.ResponseWriter, body []byte) {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	_, _ = w.Write(body) //nolint:gosec // JSON, by its type; a client that is gone is nobody to tell
}

// fail answers with the problem that an error is.
func (s *Service) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problemOf(r.Context(), err)
	if p == nil {
		return // the client is gone
	}
	if p.Status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	problem.Write(w, r, p)
}

// problemOf decides what a client is told of an error; nil is nothing, because it
// doesn't listen any more.
func (s *Service) problemOf(ctx context.Context, err error) *problem.Error {
	if known, ok := errors.AsType[*problem.Error](err); ok {
		return known
	}
	if filter, ok := errors.AsType[*store.FilterError](err); ok {
		return problem.Bad(parameterOf(filter.Field), filter.Error())
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		return problem.New(http.StatusNotFound, "there is no such activity, or not one that you may see")
	case errors.Is(err, store.ErrCursorInvalid), errors.Is(err, store.ErrCursorFilter):
		return problem.Bad("cursor", err.Error())
	case errors.Is(err, store.ErrTailCursorInvalid):
		return problem.Bad("Last-Event-ID", err.Error())
	case errors.Is(err, store.ErrTooSlow):
		return problem.New(http.StatusServiceUnavailable, store.ErrTooSlow.Error())
	case ctx.Err() != nil:
		return nil //nolint:nilerr // see above
	}
	s.settings.Logger.Error("A request to the API failed", zap.Error(err), zap.String("trace_id", problem.TraceID(ctx)))
	if store.Classify(err) == store.ClassRetry {
		return problem.New(http.StatusServiceUnavailable, "the database can't be reached; try again, and look into the Collector's log for the trace id when it stays so")
	}
	return problem.New(http.StatusInternalServerError, "the request failed; the Collector's log says why, under the trace id")
}

// badParameter answers for parameters that can't even be read.
func badParameter(w http.ResponseWriter, r *http.Request, err error) {
	field, detail := "", err.Error()
	if e, ok := errors.AsType[*api.InvalidParamFormatError](err); ok {
		field, detail = e.ParamName, "can't be read: "+e.Err.Error()
	}
	if e, ok := errors.AsType[*api.RequiredParamError](err); ok {
		field, detail = e.ParamName, "is missing"
	}
	if e, ok := errors.AsType[*api.RequiredHeaderError](err); ok {
		field, detail = e.ParamName, "is missing"
		if field == "If-Match" {
			problem.Write(w, r, errUnconditional)
			return
		}
	}
	if e, ok := errors.AsType[*api.TooManyValuesForParamError](err); ok {
		field, detail = e.ParamName, "has more than one value"
	}
	problem.Write(w, r, problem.Bad(field, strings.TrimSpace(field+" "+detail)))
}
