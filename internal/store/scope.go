package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/otel-activity/otel-activity/sql"
)

// readerRole is the role of scoped transactions, see 0004_project_scope.sql.
const readerRole = "activity_reader"

// Scope is what a Reader may see. The zero value sees nothing.
type Scope struct {
	All      bool
	Projects []string
}

// Scoped returns a Reader that sees the projects of s and no others, whatever it
// is asked for: the database's row-level security holds it to that.
func (r *Reader) Scoped(s Scope) *Reader {
	scoped := *r
	scoped.scope = s
	return &scoped
}

// within narrows f to the scope. The condition is the one that row-level security
// adds; repeating it lets the planner take the index of the project.
func (s Scope) within(f Filter) Filter {
	switch {
	case s.All, f.nothing: // a filter comes here again when one figure asks for another
	case len(f.Project.Any) == 0:
		f.Project.Any, f.nothing = s.Projects, len(s.Projects) == 0
	default:
		f.Project.Any = slices.DeleteFunc(slices.Clone(f.Project.Any), func(project string) bool {
			return !slices.Contains(s.Projects, project)
		})
		f.nothing = len(f.Project.Any) == 0
	}
	return f
}

// settings are the statements that put a transaction into the scope.
func (s Scope) settings() string {
	if s.All {
		return "; SET LOCAL activity.all_projects = 'on'"
	}
	return "; SET LOCAL ROLE " + readerRole + "; SET LOCAL activity.projects = " + literal(textArray(s.Projects))
}

var arrayEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// textArray is the text of a text[]. Names that Postgres can't hold are none of
// its projects.
func textArray(values []string) string {
	quoted := make([]string, 0, len(values))
	for _, value := range values {
		if sendable("project", value) == nil {
			quoted = append(quoted, `"`+arrayEscaper.Replace(value)+`"`)
		}
	}
	return "{" + strings.Join(quoted, ",") + "}"
}

// literal is a string constant of SQL whatever standard_conforming_strings says.
func literal(text string) string {
	return "E'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(text) + "'"
}

// Unreachable says whether an error is that of a connection which could not be
// made: it says nothing of what the database holds.
func Unreachable(err error) bool {
	_, ok := errors.AsType[*pgconn.ConnectError](err)
	return ok
}

// CheckScoping says whether scoped reading works here, and what to do if not. A
// migration that could not make the role has granted it nothing and isn't applied
// again, so the remedy has all the grants.
func (r *Reader) CheckScoping(ctx context.Context) error {
	var tables string
	err := r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, sql.ScopedTables, r.arguments(planEach, nil)...).Scan(&tables)
	})
	if err == nil && tables == "" {
		err = errors.New("the schema activity has no policies yet; run activityctl schema up")
	}
	if err != nil {
		return fmt.Errorf("look for the tables of project scopes: %w", err)
	}
	err = r.Scoped(Scope{}).read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "SELECT FROM "+tables+" WHERE false")
		return err
	})
	grants := "GRANT USAGE ON SCHEMA activity TO " + readerRole + "; GRANT SELECT ON " + tables + " TO " + readerRole +
		"; GRANT " + readerRole + " TO <the role of the API's dsn>"
	refused, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case err == nil:
		return nil
	case ok && (refused.Code == "22023" || refused.Code == "42704"): // no such role
		return fmt.Errorf("the role %s is missing: as an owner of the schema who may create roles run CREATE ROLE %s NOLOGIN; %s: %w", readerRole, readerRole, grants, err)
	case ok && refused.Code == "42501":
		return fmt.Errorf("the role %s lacks rights or can't be taken: as the owner of the schema run %s: %w", readerRole, grants, err)
	default:
		return fmt.Errorf("read as %s: %w", readerRole, err)
	}
}
