package doctor

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestDatabaseWithoutSchema(t *testing.T) {
	t.Parallel()
	found := examined(t, pgtest.Pool(t, pgtest.NewEmptyDSN(t)))
	require.Equal(t, map[string]finding.Severity{checkSchemaVersion: finding.Error}, extraordinary(found), "%v", found)
	require.Contains(t, only(t, found, checkSchemaVersion).Remedy, "activityctl schema up")
}

func TestSchemaAhead(t *testing.T) {
	t.Parallel()
	f := fault(t, checkSchemaVersion, finding.Error, "INSERT INTO activity.schema_version (version, name) VALUES (999, 'later')")
	require.Contains(t, f.What, "has version 999")
}

// What an older schema lacks is not looked at, the rest is.
func TestSchemaBehind(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	exec(t, pool, "DELETE FROM activity.schema_version WHERE version > 1; DROP TABLE activity.rollup_hour_delta CASCADE")
	found := examined(t, pool)
	require.Equal(t, map[string]finding.Severity{checkSchemaVersion: finding.Error, checkFolding: finding.Info}, extraordinary(found), "%v", found)
	require.Contains(t, only(t, found, checkFolding).What, "not looked at")
	require.Contains(t, only(t, found, checkFolding).Remedy, "activityctl schema up")
}
