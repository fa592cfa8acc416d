package query

import (
	"errors"
	"net/http"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

var (
	errUnconditional = &problem.Error{
		Status: http.StatusPreconditionRequired, Field: "If-Match",
		Detail: "If-Match is missing: send the ETag of the state that the command is meant for, or * for any",
	}
	errSteerRights = problem.New(http.StatusForbidden, "the API's role in the database may read migrations and not steer them: use activityctl migration, or have the owner of the trail run GRANT activity_migrator TO <the role of the API's dsn>")
	errReadOnly    = problem.New(http.StatusServiceUnavailable, "the API reads from a standby, which takes no commands: use activityctl migration with the DSN of the primary")
	errSeeRights   = problem.New(http.StatusForbidden, "the API's role in the database may not read migrations: run activityctl schema roles | psql again, as after each upgrade of the schema")
	errOldSchema   = problem.New(http.StatusServiceUnavailable, "the database's schema is older than migrations: run activityctl schema up")
)

// migrationProblem gives what is wrong with a migration its status and remedy.
func migrationProblem(r *http.Request, err error) error {
	if refused, ok := errors.AsType[*store.RefusedCommandError](err); ok {
		return problem.New(http.StatusConflict, refused.Error())
	}
	switch {
	case errors.Is(err, store.ErrNoMigration):
		return problem.New(http.StatusNotFound, store.ErrNoMigration.Error())
	case errors.Is(err, store.ErrMigrationChanged):
		return problem.New(http.StatusPreconditionFailed, store.ErrMigrationChanged.Error())
	case errors.Is(err, store.ErrMigrationRunning):
		return problem.New(http.StatusConflict, store.ErrMigrationRunning.Error())
	}
	switch store.RefusalOf(err) {
	case store.RefusalSchema:
		return errOldSchema
	case store.RefusalReadOnly:
		return errReadOnly
	case store.RefusalRights:
		if r.Method == http.MethodGet {
			return errSeeRights
		}
		return errSteerRights
	case store.RefusalNone, store.RefusalTime, store.RefusalOther:
	}
	return err
}
