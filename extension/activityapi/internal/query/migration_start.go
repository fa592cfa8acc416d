package query

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/migrationspec"
	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// Import maps are texts that people write.
	maxStart             = 1 << 20
	defaultShadowSeconds = 600
)

// startOf reads the body of POST /migrations.
func startOf(w http.ResponseWriter, r *http.Request) (name string, spec store.MigrationSpec, err error) {
	var start api.MigrationStart
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxStart))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&start); err != nil {
		return "", spec, problem.Bad("", "the body can't be read as a MigrationStart of openapi.yaml: "+strings.TrimPrefix(err.Error(), "json: "))
	}
	spec = specOf(&start)
	err = migrationspec.Check(start.Name, &spec)
	if mistake, ok := errors.AsType[*migrationspec.MistakeError](err); ok {
		return "", spec, problem.Bad(camel(mistake.Field), mistake.Text)
	}
	return start.Name, spec, err
}

// specOf leaves out how a map is put back: that is a statement which a Collector runs with
// the rights of the tables' owner, and for those who have a connection to the database.
func specOf(start *api.MigrationStart) store.MigrationSpec {
	spec := store.MigrationSpec{
		Tables: start.Tables, Exclude: start.Exclude,
		RowsPerSecond: start.RowsPerSecond, ShadowSeconds: defaultShadowSeconds,
	}
	if start.ShadowSeconds != nil {
		spec.ShadowSeconds = *start.ShadowSeconds
	}
	for _, m := range start.Maps {
		spec.Maps = append(spec.Maps, store.MigrationMap{Table: m.Table, Key: m.Key, Map: m.Map, Triggers: m.Triggers})
	}
	return spec
}
