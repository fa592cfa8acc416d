package doctor

import (
	"context"
	"errors"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/schema"
)

const checkSchemaVersion = "schema.version"

// schema says whether there is a schema that this program knows, whole or in part.
func (x *examination) schema(ctx context.Context) (found []finding.Finding, there bool, err error) {
	version, err := schema.Version(ctx, x.Schema)
	switch latest := schema.Latest(); {
	case errors.Is(err, schema.ErrNewer):
		return []finding.Finding{broken(checkSchemaVersion,
			fmt.Sprintf("the schema has version %d, this program knows versions up to %d", version, latest),
			"use programs, the Collector's too, that are at least as new as the one that migrated the database")}, true, nil
	case err != nil:
		c := check{names: []string{checkSchemaVersion}, rights: "USAGE on schema activity and SELECT on activity.schema_version"}
		why, ok := x.refusal(&c, err)
		if !ok {
			return nil, false, err
		}
		return why, true, nil
	case version == 0:
		return []finding.Finding{broken(checkSchemaVersion,
			"the database has no schema activity",
			"make it with `activityctl schema up` as the owner of the database, or let the exporter make it (create_schema: true)")}, false, nil
	case version < latest:
		return []finding.Finding{broken(checkSchemaVersion,
			fmt.Sprintf("the schema has version %d, this program needs %d", version, latest),
			"run `activityctl schema up` as the owner of the schema")}, true, nil
	default:
		return []finding.Finding{fine(checkSchemaVersion, "the schema has version %d, the newest that this program knows", version)}, true, nil
	}
}
