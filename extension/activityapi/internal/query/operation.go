package query

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/access"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

// pingTimeout bounds what a load balancer waits for.
const pingTimeout = 2 * time.Second

var errAdmin = problem.New(http.StatusForbidden, "this is for admins: an identity is one when its authorization::admin_claim has one of authorization::admin_values")

// GetMe answers GET /me.
func (s *Service) GetMe(w http.ResponseWriter, r *http.Request) {
	id := access.From(r.Context())
	me := api.Me{
		Authenticated: id.Authenticated, Subject: id.Subject, AllProjects: id.Scope.All,
		Projects: id.Scope.Projects, Admin: id.Admin, ExpiresAt: id.ExpiresAt,
	}
	if me.Projects == nil {
		me.Projects = []string{}
	}
	s.answer(w, r, me)
}

// GetHealth answers GET /healthz. What it can't reach is for the log.
func (s *Service) GetHealth(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), pingTimeout)
	defer cancel()
	if err := s.settings.Reader.Ping(ctx); err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusServiceUnavailable)
		s.answer(w, r, api.Health{Status: api.HealthStatusUnavailable, Reason: "the database can't be reached"})
		return
	}
	s.answer(w, r, api.Health{Status: api.HealthStatusOk})
}

// GetUIConfig answers GET /ui-config.json.
func (s *Service) GetUIConfig(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, s.settings.UI)
}

// ListRejected answers GET /rejected.
func (s *Service) ListRejected(w http.ResponseWriter, r *http.Request, p api.ListRejectedParams) {
	if !access.From(r.Context()).Admin {
		s.fail(w, r, errAdmin)
		return
	}
	limit, err := within("limit", p.Limit, store.MaxPageSize, store.DefaultPageSize)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f, err := filterOf(r, time.Now())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rejected, next, err := s.reader(r).Rejected(r.Context(), f.Project, p.Cursor, limit)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	page := api.RejectedPage{
		Items: make([]api.Rejected, len(rejected)),
		Page:  api.PageInfo{NextCursor: next, HasMore: next != ""},
	}
	for i, item := range rejected {
		page.Items[i] = api.Rejected{
			RejectedAt: item.RejectedAt.UTC(), OccurredAt: item.OccurredAt.UTC(), Id: uuid.UUID(item.ID),
			ProjectId: item.ProjectID, Action: item.Action, Sqlstate: item.SQLState, Error: item.Error,
			PayloadBytes: item.PayloadBytes,
		}
	}
	s.answer(w, r, page)
}
