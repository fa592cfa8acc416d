package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
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
	case s.All:
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

// CheckScoping says whether scoped reading works here, and what to do if not.
func (r *Reader) CheckScoping(ctx context.Context) error {
	_, err := r.Scoped(Scope{}).List(ctx, Filter{}, PageRequest{Limit: 1})
	refused, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	const setRole = "GRANT " + readerRole + " TO <the role of the API's dsn>"
	switch refused.Code {
	case "22023", "42704": // no such role
		return fmt.Errorf("the role %s is missing: as a role that may create roles, run CREATE ROLE %s NOLOGIN, then activityctl schema up, then %s", readerRole, readerRole, setRole)
	case "42501":
		return fmt.Errorf("%s: as the owner of the schema run %s: %w", refused.Message, setRole, err)
	default:
		return err
	}
}
