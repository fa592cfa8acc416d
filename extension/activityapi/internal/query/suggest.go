package query

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
)

const (
	defaultSuggestions = 10
	maxSuggestions     = 50
	maxPrefix          = 256
)

// Suggest answers GET /suggest.
func (s *Service) Suggest(w http.ResponseWriter, r *http.Request, p api.SuggestParams) {
	limit, err := within("limit", p.Limit, maxSuggestions, defaultSuggestions)
	if err == nil {
		_, err = word("field", p.Field, p.Field)
	}
	if err == nil && p.Field == "" {
		err = problem.Bad("field", "field is missing")
	}
	if err == nil && utf8.RuneCountInString(p.Prefix) > maxPrefix {
		err = problem.Bad("prefix", "prefix is longer than 256 characters")
	}
	f, filterErr := filterOf(r, time.Now())
	if err == nil {
		err = filterErr
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.answerCached(w, r, "suggest", func(ctx context.Context) (any, error) {
		values, err := s.reader(r).Suggest(ctx, storeField(string(p.Field)), p.Prefix, f.Project, limit)
		if values == nil {
			values = []string{} // the contract wants a list
		}
		return api.Suggestions{Values: values}, err
	})
}
