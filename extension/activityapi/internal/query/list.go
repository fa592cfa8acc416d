package query

import (
	"net/http"
	"strings"
	"time"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

// around is how far from the time of `around` activities are looked for first.
const around = 24 * time.Hour

// listing is a request for a page.
type listing struct {
	filter store.Filter
	page   store.PageRequest
	fields fields
	total  api.TotalMode
}

// ListActivities answers GET /activities.
func (s *Service) ListActivities(w http.ResponseWriter, r *http.Request, p api.ListActivitiesParams) {
	l, err := listingOf(r, p.Cursor, p.Dir, p.Order, p.Limit, p.Fields)
	if err == nil {
		l.total, err = word("total", p.Total, api.TotalModeNone)
	}
	s.list(w, r, l, err)
}

// ListEntityActivities answers GET /entities/{type}/{id}/activities.
func (s *Service) ListEntityActivities(w http.ResponseWriter, r *http.Request, kind, id string, p api.ListEntityActivitiesParams) {
	l, err := listingOf(r, p.Cursor, p.Dir, p.Order, p.Limit, p.Fields)
	l.filter = store.Filter{From: l.filter.From, To: l.filter.To, Project: l.filter.Project}
	l.filter.Entity.Any = []store.Entity{{Type: kind, ID: id}}
	s.list(w, r, l, err)
}

// ListActorActivities answers GET /actors/{id}/activities.
func (s *Service) ListActorActivities(w http.ResponseWriter, r *http.Request, id string, p api.ListActorActivitiesParams) {
	l, err := listingOf(r, p.Cursor, p.Dir, p.Order, p.Limit, p.Fields)
	l.filter = store.Filter{From: l.filter.From, To: l.filter.To, Project: l.filter.Project}
	l.filter.Actor.Any = []string{id}
	s.list(w, r, l, err)
}

// GetOperation answers GET /operations/{id}.
func (s *Service) GetOperation(w http.ResponseWriter, r *http.Request, id string, p api.GetOperationParams) {
	s.listTogether(w, r, store.Filter{Operation: store.Match{Any: []string{id}}}, p.Around, p.Cursor, p.Limit)
}

// GetTrace answers GET /traces/{id}.
func (s *Service) GetTrace(w http.ResponseWriter, r *http.Request, id string, p api.GetTraceParams) {
	s.listTogether(w, r, store.Filter{Trace: store.Match{Any: []string{strings.ToLower(id)}}}, p.Around, p.Cursor, p.Limit)
}

// listTogether lists what belongs together, in the order in which it happened.
// With a time it looks near that first: elsewhere only when nothing is there.
func (s *Service) listTogether(w http.ResponseWriter, r *http.Request, f store.Filter, near time.Time, cursor string, limit *int) {
	l, err := listingOf(r, cursor, "", api.Asc, limit, nil)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	l.filter = f
	if !near.IsZero() {
		l.filter.From, l.filter.To = near.Add(-around), near.Add(around)
		page, err := s.reader(r).List(r.Context(), l.filter, l.page)
		if err == nil && len(page.Records) > 0 {
			s.answer(w, r, pageOf(page, l.fields))
			return
		}
		l.filter.From, l.filter.To = time.Time{}, time.Time{}
	}
	s.list(w, r, l, nil)
}

func listingOf(r *http.Request, cursor string, dir api.PageDirection, order api.Order, limit *int, asked []api.ActivityField) (l listing, err error) {
	if l.filter, err = filterOf(r, time.Now()); err != nil {
		return l, err
	}
	if dir, err = word("dir", dir, api.Next); err != nil {
		return l, err
	}
	if order, err = word("order", order, api.Desc); err != nil {
		return l, err
	}
	if l.page.Limit, err = within("limit", limit, store.MaxPageSize, store.DefaultPageSize); err != nil {
		return l, err
	}
	if l.fields, err = fieldsOf(asked); err != nil {
		return l, err
	}
	l.page.Fields = l.fields.columns()
	l.page.Cursor = cursor
	l.page.Backward = dir == api.Prev
	if l.page.Backward && cursor == "" {
		return l, problem.Bad("cursor", "there is no page in front of the first: dir=prev needs a cursor")
	}
	if order == api.Asc {
		l.page.Order = store.OldestFirst
	}
	return l, nil
}

func (s *Service) list(w http.ResponseWriter, r *http.Request, l listing, err error) {
	if err != nil {
		s.fail(w, r, err)
		return
	}
	reader := s.reader(r)
	page, err := reader.List(r.Context(), l.filter, l.page)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	answer := pageOf(page, l.fields)
	if l.total != "" && l.total != api.TotalModeNone {
		mode := store.TotalApprox
		if l.total == api.TotalModeExact {
			mode = store.TotalExact
		}
		total, err := reader.Total(r.Context(), l.filter, mode)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		answer.Total = api.Total{Value: total.Value, Relation: api.Relation(total.Relation)}
	}
	s.answer(w, r, answer)
}

func pageOf(page store.Page, f fields) api.ActivityPage {
	answer := api.ActivityPage{
		Items: make([]api.Activity, len(page.Records)),
		Page: api.PageInfo{
			NextCursor: page.Next, PrevCursor: page.Previous, HasMore: page.HasMore, SearchedTo: page.SearchedTo,
		},
	}
	for i := range page.Records {
		answer.Items[i] = f.activity(&page.Records[i])
	}
	return answer
}
