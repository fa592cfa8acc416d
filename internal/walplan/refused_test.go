package walplan_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/walplan"
)

func TestTableWithoutIdentityIsRefused(t *testing.T) {
	t.Parallel()
	facts := sound()
	facts.Tables = append(facts.Tables, keyless())
	facts.Traffic[2] = replication.Traffic{Updates: 1 << 20, Period: day, RowBytes: 1 << 10}
	plan := walplan.Judge(wanted(), facts)
	require.Equal(t, []string{"public.log"}, plan.Refused)
	found := one(t, plan.Findings, walplan.CheckIdentity, "public.log has no replica identity (it has no primary key): publishing it would make the application's UPDATE and DELETE of it fail")
	require.Equal(t, finding.Error, found.Severity)
	require.Contains(t, found.Remedy, `ALTER TABLE "public"."log" REPLICA IDENTITY FULL`)
	require.Contains(t, found.Remedy, "about 1.0 GiB of old rows a day")
	for _, check := range []string{walplan.CheckPublication, walplan.CheckSlot} {
		require.Nil(t, stepOf(plan, check), "nothing is published")
	}
	require.True(t, stepOf(plan, walplan.CheckIdentity).Manual)
	require.Equal(t, walplan.Refuse, plan.Tables[1].Verdict)

	facts.Publication = published("orders", "log")
	found = one(t, walplan.Judge(wanted(), facts).Findings, walplan.CheckIdentity, "fail now")
	require.Equal(t, finding.Error, found.Severity)
	require.Contains(t, stepOf(walplan.Judge(wanted(), facts), walplan.CheckIdentity).SQL, `ALTER PUBLICATION "otel_activity" DROP TABLE ONLY "public"."log"`)
}

func TestFullIsTakenOnDemand(t *testing.T) {
	t.Parallel()
	facts, want := sound(), wanted()
	facts.Tables = append(facts.Tables, keyless(), tree(replication.IdentityDefault, replication.IdentityDefault, replication.IdentityFull))
	want.Full = true
	plan := walplan.Judge(want, facts)
	require.Empty(t, plan.Refused)
	var statements []string
	for i := range plan.Steps {
		require.False(t, plan.Steps[i].Manual)
		statements = append(statements, plan.Steps[i].SQL...)
	}
	require.Equal(t, []string{
		`ALTER TABLE "public"."log" REPLICA IDENTITY FULL`,
		`ALTER TABLE "public"."events" REPLICA IDENTITY FULL`,
		`ALTER TABLE "public"."events_1" REPLICA IDENTITY FULL`,
		`ALTER TABLE "public"."events_2" REPLICA IDENTITY FULL`,
	}, statements[:4])
	require.Contains(t, statements[4], "FOR TABLE ONLY \"public\".\"orders\",\n    ONLY \"public\".\"log\",\n    ONLY \"public\".\"events\"")
	require.Contains(t, statements[4], `'"public"."events_1"'::regclass`, "it fails when a step before failed")
	require.Equal(t, "full", plan.Tables[1].Identity)
	require.Equal(t, "full", plan.Tables[2].Identity)
	require.False(t, facts.Tables[1].Identified(), "the facts stay what they are")
}

func TestFullIsNoRemedyForVirtualColumns(t *testing.T) {
	t.Parallel()
	facts, want := sound(), wanted()
	facts.Server.VersionNumber, want.Full = 180004, true
	virtual := keyless()
	virtual.Virtual, virtual.Generated = true, []string{"sum"}
	full := virtual
	full.Name, full.Identity, full.Obstacle = "full", replication.IdentityFull, replication.ObstacleVirtual
	facts.Tables = []replication.Table{virtual, full}
	plan := walplan.Judge(want, facts)
	require.Equal(t, []string{"public.log", "public.full"}, plan.Refused)
	require.NotContains(t, plan.Script(facts.Server), "IDENTITY FULL")
}

func TestRootIsNotFollowedIntoVirtualColumns(t *testing.T) {
	t.Parallel()
	facts := sound()
	facts.Server.VersionNumber = 180004
	table := tree(replication.IdentityFull, replication.IdentityIndex, replication.IdentityIndex)
	table.Leaves[0].Virtual, table.Virtual = true, true
	facts.Tables = []replication.Table{table}
	plan := walplan.Judge(wanted(), facts)
	one(t, plan.Findings, walplan.CheckMixed, "old rows would have NULL")
	require.Nil(t, stepOf(plan, walplan.CheckMixed))
}

func TestReasonsOfAMissingIdentity(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*replication.Table){
		"(its primary key is DEFERRABLE)":   func(table *replication.Table) { table.Deferrable = true },
		"(its index is gone or not valid)":  func(table *replication.Table) { table.Identity = replication.IdentityIndex },
		"(REPLICA IDENTITY NOTHING)":        func(table *replication.Table) { table.Identity = replication.IdentityNothing },
		"in its partition public.events_1:": func(table *replication.Table) { *table = tree("default", "default", "full") },
	} {
		facts := sound()
		table := keyless()
		change(&table)
		facts.Tables = []replication.Table{table}
		one(t, walplan.Judge(wanted(), facts).Findings, walplan.CheckIdentity, want)
	}
}

// A name can't leave the comment that it is in.
func TestScriptRunsNoName(t *testing.T) {
	t.Parallel()
	facts := sound()
	evil := keyless()
	evil.Name = "x\nDROP TABLE orders;\rDROP TABLE log;\u2028\u0085"
	facts.Tables, facts.Server.Database = []replication.Table{evil}, "shop\nDROP DATABASE shop"
	script := walplan.Judge(wanted(), facts).Script(facts.Server)
	for line := range strings.FieldsFuncSeq(script, func(r rune) bool { return r == '\n' || r == '\r' }) {
		require.True(t, strings.HasPrefix(line, "--"), line)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	facts := sound()
	found := walplan.Status(wanted(), facts)
	one(t, found, walplan.CheckPublication, "there is no publication otel_activity")
	one(t, found, walplan.CheckSlot, "there is no slot otel_activity")
	require.Equal(t, finding.Error, finding.Worst(found))
	facts.Publication, facts.Slot = published("orders"), read()
	found = walplan.Status(wanted(), facts)
	require.Equal(t, finding.OK, finding.Worst(found))
	one(t, found, walplan.CheckPublication, "has 1 table")
	facts.Publication.AllTables = true
	require.Equal(t, finding.Error, finding.Worst(walplan.Status(wanted(), facts)))
}
