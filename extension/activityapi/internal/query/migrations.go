package query

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/access"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	defaultDropDays = 30
	maxDropDays     = 3650
	maxKey          = 128
)

// ListMigrations answers GET /migrations.
func (s *Service) ListMigrations(w http.ResponseWriter, r *http.Request) {
	s.forAdmin(w, r, func(ctx context.Context) error {
		all, err := s.settings.Migrations.List(ctx)
		if err != nil {
			return err
		}
		list := api.MigrationList{Items: make([]api.Migration, len(all))}
		for i := range all {
			list.Items[i] = s.migrationOf(ctx, &all[i])
		}
		s.answer(w, r, list)
		return nil
	})
}

// StartMigration answers POST /migrations.
func (s *Service) StartMigration(w http.ResponseWriter, r *http.Request, p api.StartMigrationParams) {
	s.forAdmin(w, r, func(ctx context.Context) error {
		if p.IdempotencyKey == "" || len(p.IdempotencyKey) > maxKey {
			return problem.Bad("Idempotency-Key", "Idempotency-Key has to have 1 to "+strconv.Itoa(maxKey)+" bytes: name this start, so that a repeated request starts nothing twice")
		}
		name, spec, err := startOf(w, r)
		if err != nil {
			return err
		}
		m, err := s.settings.Migrations.Start(ctx, p.IdempotencyKey, name, spec)
		if err != nil {
			return err
		}
		w.Header().Set("Location", "migrations/"+m.ID) // wherever a proxy has put the API
		s.answerMigration(w, r, m, http.StatusCreated)
		return nil
	})
}

// GetMigration answers GET /migrations/{id}.
func (s *Service) GetMigration(w http.ResponseWriter, r *http.Request, id string) {
	s.forAdmin(w, r, func(ctx context.Context) error {
		m, err := s.settings.Migrations.Get(ctx, id)
		if err != nil {
			return err
		}
		s.answerMigration(w, r, m, http.StatusOK)
		return nil
	})
}

// CommandMigration answers POST /migrations/{id}/{command}.
func (s *Service) CommandMigration(w http.ResponseWriter, r *http.Request, id string, command api.MigrationCommand, p api.CommandMigrationParams) {
	s.forAdmin(w, r, func(ctx context.Context) error {
		if !command.Valid() {
			return problem.New(http.StatusNotFound, "there is no such command; openapi.yaml lists them")
		}
		revision, err := revisionOf(p.IfMatch)
		if err != nil {
			return err
		}
		days, err := daysOf(p.DropAfterDays)
		if err != nil {
			return err
		}
		o := store.FinishOptions{DropAfter: days, DropTables: p.DropTables}
		m, err := s.settings.Migrations.Command(ctx, id, store.MigrationCommand(command), revision, o)
		if err != nil {
			return err
		}
		s.answerMigration(w, r, m, http.StatusOK)
		return nil
	})
}

// ListMigrationDifferences answers GET /migrations/{id}/differences.
func (s *Service) ListMigrationDifferences(w http.ResponseWriter, r *http.Request, id string, p api.ListMigrationDifferencesParams) {
	s.forAdmin(w, r, func(ctx context.Context) error {
		limit, err := within("limit", p.Limit, store.MaxPageSize, store.DefaultPageSize)
		if err != nil {
			return err
		}
		found, err := s.settings.Migrations.Differences(ctx, id, limit+1)
		if err == nil && len(found) == 0 {
			_, err = s.settings.Migrations.Get(ctx, id)
		}
		if err != nil {
			return err
		}
		answer := api.MigrationDifferences{HasMore: len(found) > limit}
		found = found[:min(limit, len(found))]
		answer.Items = make([]api.MigrationDifference, len(found))
		for i := range found {
			answer.Items[i] = differenceOf(&found[i])
		}
		s.answer(w, r, answer)
		return nil
	})
}

// forAdmin does what only admins may, and tells its error.
func (s *Service) forAdmin(w http.ResponseWriter, r *http.Request, do func(context.Context) error) {
	if !access.From(r.Context()).Admin {
		s.fail(w, r, errAdmin)
		return
	}
	if err := do(r.Context()); err != nil {
		s.fail(w, r, migrationProblem(r, err))
	}
}

func (s *Service) answerMigration(w http.ResponseWriter, r *http.Request, m *store.Migration, status int) {
	h := w.Header()
	h.Set("ETag", `"`+strconv.FormatInt(m.Revision, 10)+`"`)
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	answer := s.migrationOf(r.Context(), m)
	w.WriteHeader(status)
	s.answer(w, r, answer)
}

// revisionOf reads If-Match. A proxy that compresses makes a strong tag weak. What is none
// of our tags is of no state that there is.
func revisionOf(header string) (int64, error) {
	tag := strings.TrimSpace(header)
	if tag == "*" {
		return 0, nil
	}
	quoted, ok := strings.CutPrefix(strings.TrimPrefix(tag, "W/"), `"`)
	number, closed := strings.CutSuffix(quoted, `"`)
	revision, err := strconv.ParseInt(number, 10, 64)
	if !ok || !closed || err != nil || revision < 1 {
		return 0, store.ErrMigrationChanged
	}
	return revision, nil
}

func daysOf(days *float64) (time.Duration, error) {
	if days == nil {
		return defaultDropDays * day, nil
	}
	if !(*days >= 0 && *days <= maxDropDays) { // NaN is neither
		return 0, problem.Bad("dropAfterDays", "dropAfterDays can be from 0 to "+strconv.Itoa(maxDropDays))
	}
	return time.Duration(*days * float64(day)), nil
}
