package doctor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/sql"
)

func TestSuperuserConnects(t *testing.T) {
	t.Parallel()
	f := only(t, examined(t, sound(t)), checkRole)
	require.Equal(t, finding.Warning, f.Severity)
	require.Contains(t, f.What, "the role postgres of this connection is a superuser")
}

func TestEverybodyHasRights(t *testing.T) {
	t.Parallel()
	f := fault(t, checkPublic, finding.Warning, "GRANT USAGE ON SCHEMA activity TO PUBLIC")
	require.Contains(t, f.What, "has USAGE on schema activity")
	require.Contains(t, f.Remedy, "REVOKE ALL ON schema activity FROM PUBLIC")

	f = fault(t, checkPublic, finding.Warning, "GRANT SELECT ON activity.resource TO PUBLIC")
	require.Contains(t, f.What, "has SELECT on activity.resource")
	require.Contains(t, f.Remedy, "REVOKE ALL ON TABLE activity.resource FROM PUBLIC")

	f = fault(t, checkPublic, finding.Warning, "GRANT SELECT (details) ON activity.activity TO PUBLIC")
	require.Contains(t, f.What, "has SELECT on activity.activity")
}

func TestRolesThatMayChangeActivities(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	require.NoError(t, store.NewMaintainer(pool).Run(t.Context()))
	as(t, pool, "tidy", "GRANT DELETE, UPDATE ON activity.activity TO tidy")
	f := faulty(t, pool, checkChange, finding.Warning)
	require.Contains(t, f.What, "the role tidy may DELETE, UPDATE activities")
	exec(t, pool, "REVOKE DELETE, UPDATE ON ALL TABLES IN SCHEMA activity FROM tidy")
	require.Empty(t, extraordinary(examined(t, pool)))

	for name, statement := range map[string]string{
		"a column":          "GRANT UPDATE (details) ON activity.activity TO tidy",
		"everybody":         "GRANT UPDATE ON activity.activity TO PUBLIC",
		"a predefined role": "GRANT pg_write_all_data TO tidy",
		"a partition": `DO $$ BEGIN EXECUTE (SELECT format('GRANT TRUNCATE ON %s TO tidy', max(partition::text))
FROM activity.partitions()); END $$`,
	} {
		tx, err := pool.Begin(t.Context())
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), statement)
		require.NoError(t, err, name)
		require.NoError(t, tx.Commit(t.Context()))
		require.Contains(t, only(t, examined(t, pool), checkChange).What, "tidy", name)
		exec(t, pool, `REVOKE pg_write_all_data FROM tidy; REVOKE ALL ON ALL TABLES IN SCHEMA activity FROM tidy, PUBLIC;
REVOKE UPDATE (details) ON activity.activity FROM tidy`)
		require.Empty(t, extraordinary(examined(t, pool)), name)
	}
}

// Who only adds, and who acts as the owner, does no more than is documented.
func TestWritersAreNoFinding(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	require.NoError(t, store.NewMaintainer(pool).Run(t.Context()))
	login := as(t, pool, "collector", `ALTER ROLE collector BYPASSRLS;
GRANT USAGE ON SCHEMA activity TO collector; GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA activity TO collector`)
	require.Empty(t, extraordinary(examined(t, pool)))
	write(t, login, "shop", time.Now(), 3)
	found := examined(t, login)
	require.Empty(t, extraordinary(found), "%v", found)
	require.Equal(t, finding.OK, only(t, found, checkRole).Severity)
}

func TestReadersThatNoPolicyHolds(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	require.NoError(t, store.NewMaintainer(pool).Run(t.Context()))
	as(t, pool, "reporter", "ALTER ROLE reporter BYPASSRLS; GRANT activity_reader TO reporter")
	f := faulty(t, pool, checkBypass, finding.Warning)
	require.Contains(t, f.What, "the role reporter reads as a member of activity_reader and has BYPASSRLS")
	exec(t, pool, "ALTER ROLE reporter NOBYPASSRLS")
	require.Empty(t, extraordinary(examined(t, pool)))

	exec(t, pool, "ALTER ROLE activity_reader BYPASSRLS")
	f = faulty(t, pool, checkBypass, finding.Error)
	require.Contains(t, f.What, "the role activity_reader has BYPASSRLS")
	exec(t, pool, "ALTER ROLE activity_reader NOBYPASSRLS")

	exec(t, pool, "ALTER ROLE activity_reader RENAME TO former_reader")
	f = faulty(t, pool, checkBypass, finding.Info)
	require.Contains(t, f.What, "the role activity_reader is missing")
}

func TestPoliciesThatAreOff(t *testing.T) {
	t.Parallel()
	f := fault(t, checkPolicies, finding.Error, "ALTER TABLE activity.activity DISABLE ROW LEVEL SECURITY")
	require.Contains(t, f.What, "row-level security is off for activity.activity")
}

func TestPartitionsThatAreReadDirectly(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	as(t, pool, "analyst", "GRANT SELECT ON ALL TABLES IN SCHEMA activity TO analyst")
	f := faulty(t, pool, checkPartitionReaders, finding.Warning)
	require.Contains(t, f.What, "the role analyst may read 9 partitions, which have no policies")
}

// A role with few rights gets an info for what it may not see, which names the
// right, and all other checks.
func TestRoleWithoutRights(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	login := as(t, pool, "passer_by", "")
	found := examined(t, login)
	require.LessOrEqual(t, finding.Worst(found), finding.Error)
	infos := extraordinary(found)
	for _, check := range []string{checkSchemaVersion, checkPartitionsAhead, checkPartitionsCount, checkPartitionsDefault, checkFolding, checkUpkeep, checkLetters, checkChange, checkBypass, checkPartitionReaders, checkClockSources, checkDeliveryLag} {
		require.Equal(t, finding.Info, infos[check], check)
		delete(infos, check)
		f := only(t, found, check)
		require.Contains(t, f.What, "not looked at", check)
		require.Contains(t, f.Remedy, "give the role passer_by USAGE on schema activity", check)
	}
	require.Empty(t, infos)
	require.Equal(t, finding.OK, only(t, found, checkPublic).Severity)
	requireRemedies(t, found)

	// The remedies that the findings name are enough; docs/guide/doctor.md has them.
	exec(t, pool, `GRANT USAGE ON SCHEMA activity TO passer_by; GRANT SELECT ON activity.schema_version, activity.batch,
activity.rejected, activity.rollup_hour_delta, activity.rollup_action_day_delta, activity.upkeep TO passer_by`)
	require.Equal(t, map[string]finding.Severity{checkClockSources: finding.Info, checkDeliveryLag: finding.Info}, extraordinary(examined(t, login)))
	exec(t, pool, "GRANT SELECT ON activity.activity TO passer_by")
	require.Empty(t, extraordinary(examined(t, login)))
}

func TestTheShippedRolesHaveNoRightTooMany(t *testing.T) {
	t.Parallel()
	pool := ownServer(t, nil)
	exec(t, pool, sql.Roles)
	login := as(t, pool, "collector", "GRANT activity_writer TO collector; ALTER ROLE collector SET role = 'activity_writer'")
	require.NoError(t, store.NewMaintainer(login).Run(t.Context()))
	require.Empty(t, extraordinary(examined(t, pool)))
	for check, severity := range extraordinary(examined(t, login)) {
		require.Equal(t, finding.Info, severity, check)
	}
}
