package query

import (
	"net/http"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/access"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
)

var errNoMigrations = problem.New(http.StatusNotImplemented, "this version has no migrations: their part of the contract is not served yet")

// ListMigrations answers GET /migrations.
func (s *Service) ListMigrations(w http.ResponseWriter, r *http.Request) {
	if !access.From(r.Context()).Admin {
		s.fail(w, r, errAdmin)
		return
	}
	s.answer(w, r, api.MigrationList{Items: []api.Migration{}})
}

// StartMigration answers POST /migrations.
func (s *Service) StartMigration(w http.ResponseWriter, r *http.Request, _ api.StartMigrationParams) {
	s.noMigrations(w, r)
}

// GetMigration answers GET /migrations/{id}.
func (s *Service) GetMigration(w http.ResponseWriter, r *http.Request, _ string) {
	s.noMigrations(w, r)
}

// CommandMigration answers POST /migrations/{id}/{command}.
func (s *Service) CommandMigration(w http.ResponseWriter, r *http.Request, _ string, _ api.MigrationCommand, _ api.CommandMigrationParams) {
	s.noMigrations(w, r)
}

func (s *Service) noMigrations(w http.ResponseWriter, r *http.Request) {
	if !access.From(r.Context()).Admin {
		s.fail(w, r, errAdmin)
		return
	}
	s.fail(w, r, errNoMigrations)
}
