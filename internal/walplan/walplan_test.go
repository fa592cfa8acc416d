package walplan_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/walplan"
)

const day = 24 * time.Hour

func wanted() walplan.Wanted {
	return walplan.Wanted{Publication: "otel_activity", Slot: "otel_activity", Receiver: "receiver", Applications: []string{"app"}}
}

// sound are the facts of a database with nothing to find but what is still to be made.
func sound() *walplan.Facts {
	return &walplan.Facts{
		Server: &replication.Server{
			VersionNumber: 170010, Version: "17.10", Database: "shop", WALLevel: "logical",
			MaxSlots: 10, UsedSlots: 1, MaxSenders: 10, UsedSenders: 1,
			MaxKept: 100 << 30, SenderTimeout: time.Minute,
			WALBytes: 10 << 30, WALPeriod: day,
		},
		Planner:      &replication.Role{Name: "owner", Login: true, Replication: true, Connect: true, Create: true},
		Receiver:     &replication.Role{Name: "receiver", Login: true, Replication: true, Connect: true},
		Applications: []*replication.Role{{Name: "app", Login: true, Connect: true, Emit: true}},
		Tables: []replication.Table{
			{OID: 1, Schema: "public", Name: "orders", Kind: replication.Ordinary, Identity: replication.IdentityDefault, PrimaryKey: []string{"id"}},
		},
		Traffic: map[uint32]replication.Traffic{1: {Updates: 5000, Deletes: 120, Period: day, RowBytes: 1 << 10}},
	}
}

func published(names ...string) *replication.Publication {
	p := &replication.Publication{Name: "otel_activity", Owner: "owner", ViaRoot: true, Insert: true, Update: true, Delete: true, Truncate: true}
	for i, name := range names {
		p.Tables = append(p.Tables, replication.Published{OID: uint32(i + 1), Schema: "public", Name: name})
	}
	return p
}

func read() *replication.Slot {
	return &replication.Slot{
		Name: "otel_activity", Plugin: replication.Plugin, Database: "shop", Active: true, WALStatus: "reserved",
		ConfirmedFlush: 1000, Restart: 900, Current: 1100,
	}
}

// keyless is a table without a replica identity.
func keyless() replication.Table {
	return replication.Table{
		OID: 2, Schema: "public", Name: "log", Kind: replication.Ordinary, Identity: replication.IdentityDefault,
		Obstacle: replication.ObstacleNoIdentity,
	}
}

// tree is a partitioned table with two leaves.
func tree(root, first, second replication.Identity) replication.Table {
	leaf := func(oid uint32, name string, identity replication.Identity) replication.Table {
		t := replication.Table{OID: oid, Schema: "public", Name: name, Kind: replication.Ordinary, Identity: identity, Partition: true}
		if identity == replication.IdentityDefault || identity == replication.IdentityNothing {
			t.Obstacle = replication.ObstacleNoIdentity
		}
		return t
	}
	return replication.Table{
		OID: 3, Schema: "public", Name: "events", Kind: replication.Partitioned, Identity: root,
		Leaves: []replication.Table{leaf(4, "events_1", first), leaf(5, "events_2", second)},
	}
}

func TestNothingToFindWhereAllIsSet(t *testing.T) {
	t.Parallel()
	facts := sound()
	facts.Publication, facts.Slot = published("orders"), read()
	plan := walplan.Judge(wanted(), facts)
	for _, f := range plan.Findings {
		if f.Check != walplan.CheckFailover {
			require.Equal(t, finding.OK, f.Severity, f.What)
		}
	}
	require.Empty(t, plan.Steps)
	require.Empty(t, plan.Refused)
	require.Equal(t, []walplan.Table{{
		Name: "public.orders", Kind: "ordinary", Identity: "default", PrimaryKey: []string{"id"},
		Published: true, Verdict: walplan.Publish, OldRowsADay: 5120 << 10,
	}}, plan.Tables)
}

func TestStepsThatMakePublicationAndSlot(t *testing.T) {
	t.Parallel()
	plan := walplan.Judge(wanted(), sound())
	require.Equal(t, finding.Info, finding.Worst(plan.Findings))
	require.Len(t, plan.Steps, 2)
	require.Equal(t, walplan.CheckPublication, plan.Steps[0].Check, "before the slot")
	require.Equal(t, walplan.CheckSlot, plan.Steps[1].Check)
	require.False(t, plan.Steps[0].Manual || plan.Steps[1].Manual)
}

// each case is one thing that is not as in sound.
var cases = map[string]struct {
	change   func(*walplan.Wanted, *walplan.Facts)
	check    string
	severity finding.Severity
	what     string
	sql      string // of the check's step, its first statement
	manual   bool
}{
	"standby": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.InRecovery = true },
		walplan.CheckPrimary, finding.Error, "is a standby", "", false,
	},
	"level": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.WALLevel, f.Planner.Superuser = "replica", true },
		walplan.CheckLevel, finding.Error, "wal_level is replica", "ALTER SYSTEM SET wal_level = 'logical'", false,
	},
	"level, for a role that can't": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.WALLevel = "replica" },
		walplan.CheckLevel, finding.Error, "wal_level is replica", "ALTER SYSTEM SET wal_level = 'logical'", true,
	},
	"no slot before the restart": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.WALLevel = "replica" },
		walplan.CheckSlot, finding.Info, "no slot otel_activity yet", "SELECT pg_create_logical_replication_slot('otel_activity', 'pgoutput')", true,
	},
	"slots": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.UsedSlots = 10 },
		walplan.CheckSlots, finding.Error, "all 10 of max_replication_slots", "ALTER SYSTEM SET max_replication_slots = 14", true,
	},
	"slots are used, one by us": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.UsedSlots, f.Slot = 10, read() },
		walplan.CheckSlots, finding.OK, "10 of 10", "", false,
	},
	"senders": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.UsedSenders = 10 },
		walplan.CheckSenders, finding.Error, "all 10 of max_wal_senders", "ALTER SYSTEM SET max_wal_senders = 14", true,
	},
	"senders are used, one by us": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.UsedSenders, f.Slot = 10, read() },
		walplan.CheckSenders, finding.OK, "10 of 10", "", false,
	},
	"no bound": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.MaxKept = -1 },
		walplan.CheckKept, finding.Warning, "about 10.0 GiB a day, until the disk is full", "ALTER SYSTEM SET max_slot_wal_keep_size = '20GB'", true,
	},
	"a narrow bound": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.MaxKept = 1 << 30 },
		walplan.CheckKept, finding.Warning, "lost when the receiver was away for about 2 h", "", false,
	},
	"a bound of unknown width": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.WALPeriod = time.Minute },
		walplan.CheckKept, finding.OK, "is 100.0 GiB", "", false,
	},
	"a wide bound": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.WALBytes = 1 },
		walplan.CheckKept, finding.OK, "lasts about 3650 days", "", false,
	},
	"no timeout": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.SenderTimeout = 0 },
		walplan.CheckSenderTimeout, finding.Info, "wal_sender_timeout is 0", "", false,
	},
	"a short timeout": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.SenderTimeout = time.Second },
		walplan.CheckSenderTimeout, finding.Warning, "merely busy", "", false,
	},
	"idle": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Server.IdleTimeout = 48 * time.Hour },
		walplan.CheckIdleTimeout, finding.Warning, "idle_replication_slot_timeout is 2 days", "", false,
	},
	"no receiver": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Receiver = nil },
		walplan.CheckReceiver, finding.Error, "no role receiver", `CREATE ROLE "receiver" LOGIN REPLICATION`, true,
	},
	"a receiver without rights": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Receiver, f.Planner.Superuser = &replication.Role{Name: "receiver"}, true
		},
		walplan.CheckReceiver, finding.Error, "lacks REPLICATION, LOGIN, CONNECT on the database", `ALTER ROLE "receiver" REPLICATION`, false,
	},
	"a receiver with too many": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Receiver.Superuser = true },
		walplan.CheckReceiver, finding.Info, "is a superuser", "", false,
	},
	"no right to publish": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Planner.Create, f.NotOwned = false, map[uint32]string{1: "shop"}
		},
		walplan.CheckPublisher, finding.Info, "it lacks CREATE on the database; tables belong to shop", "", false,
	},
	"publishing is somebody else's": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.NotOwned = map[uint32]string{1: "shop"} },
		walplan.CheckPublication, finding.Info, "no publication", `CREATE PUBLICATION "otel_activity" FOR TABLE ONLY "public"."orders" WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = true)`, true,
	},
	"anybody may forge": {
		func(w *walplan.Wanted, f *walplan.Facts) {
			w.Applications, f.Applications, f.Planner.Superuser = nil, nil, true
			f.Server.EmitByPublic = []string{"emit(a)", "emit(b)"}
		},
		walplan.CheckContext, finding.Warning, "name any actor", "REVOKE EXECUTE ON FUNCTION emit(a) FROM PUBLIC", true,
	},
	"anybody may forge, and the application is known": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Server.EmitByPublic, f.Planner.Superuser = []string{"emit(a)", "emit(b)"}, true
		},
		walplan.CheckContext, finding.Warning, "name any actor", "REVOKE EXECUTE ON FUNCTION emit(a) FROM PUBLIC", false,
	},
	"the application may not say who": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Applications[0].Emit = false },
		walplan.CheckContext, finding.Error, "the role app may not call", `GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean,text,bytea,boolean) TO "app"`, true,
	},
	"the application is not there": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Applications[0], f.Server.VersionNumber = nil, 160000 },
		walplan.CheckContext, finding.Error, "the role app may not call", `GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean,text,bytea) TO "app"`, true,
	},
	"no tables": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Tables = nil },
		walplan.CheckMatched, finding.Error, "no table matches", "", false,
	},
	"unlogged": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Tables[0].Unlogged = true },
		walplan.CheckUnlogged, finding.Info, "public.orders", "", false,
	},
	"generated": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Tables[0].Generated = []string{"sum"} },
		walplan.CheckGenerated, finding.Info, "generated columns are not published", "", false,
	},
	"a generated key": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Tables[0].Generated = []string{"id"} },
		walplan.CheckKey, finding.Warning, "never published: public.orders", "", false,
	},
	"full": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Tables[0].Identity = replication.IdentityFull },
		walplan.CheckFull, finding.Info, "5.0 MiB a day (0.0 % of the WAL): public.orders (5.0 MiB a day)", "", false,
	},
	"full without a key": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Tables[0].Identity, f.Tables[0].PrimaryKey = replication.IdentityFull, nil
		},
		walplan.CheckKey, finding.Info, "without a primary key", "", false,
	},
	"full, unknown": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Tables[0].Identity, f.Traffic = replication.IdentityFull, nil
		},
		walplan.CheckFull, finding.Info, "isn't known yet", "", false,
	},
	"the root alone is full": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Tables = []replication.Table{tree(replication.IdentityFull, replication.IdentityIndex, replication.IdentityFull)}
		},
		walplan.CheckMixed, finding.Error, "NULL where there was a value", `ALTER TABLE "public"."events_1" REPLICA IDENTITY FULL`, false,
	},
	"the leaves alone are full": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Tables = []replication.Table{tree(replication.IdentityDefault, replication.IdentityFull, replication.IdentityFull)}
		},
		walplan.CheckMixed, finding.Warning, "written and not read", `ALTER TABLE "public"."events" REPLICA IDENTITY FULL`, false,
	},
	"leaves differ": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Tables = []replication.Table{tree(replication.IdentityDefault, replication.IdentityFull, replication.IdentityIndex)}
		},
		walplan.CheckMixed, finding.Warning, "another replica identity than public.events_1, public.events_2", "", false,
	},
	"the next partition": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Tables = []replication.Table{tree(replication.IdentityFull, replication.IdentityFull, replication.IdentityFull)}
		},
		walplan.CheckPartitions, finding.Warning, "a partition that is made later", "", false,
	},
	"all tables": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Publication = published("orders")
			f.Publication.AllTables = true
		},
		walplan.CheckPublication, finding.Error, "FOR ALL TABLES", "", false,
	},
	"too few": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Publication = published() },
		walplan.CheckPublication, finding.Warning, "does not publish public.orders", `ALTER PUBLICATION "otel_activity" SET TABLE ONLY "public"."orders"`, false,
	},
	"too many": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Publication = published("orders", "secrets") },
		walplan.CheckPublication, finding.Info, "besides what matches, public.secrets", `ALTER PUBLICATION "otel_activity" SET TABLE ONLY "public"."orders"`, false,
	},
	"some columns": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Publication = published("orders")
			f.Publication.Tables[0].ColumnList = true
		},
		walplan.CheckPublication, finding.Warning, "not all columns or rows of public.orders", `ALTER PUBLICATION "otel_activity" SET TABLE ONLY "public"."orders"`, false,
	},
	"some operations": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Publication = published("orders")
			f.Publication.Delete, f.Publication.Truncate = false, false
		},
		walplan.CheckPublication, finding.Warning, "leaves out DELETE, TRUNCATE", `ALTER PUBLICATION "otel_activity" SET TABLE ONLY "public"."orders"`, false,
	},
	"partitions by themselves": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Publication = published("orders")
			f.Publication.ViaRoot = false
		},
		walplan.CheckPublication, finding.Warning, "publish_via_partition_root is off", `ALTER PUBLICATION "otel_activity" SET TABLE ONLY "public"."orders"`, false,
	},
	"generated columns of the identity": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Publication = published("orders")
			f.Tables[0].PublishGenerated = true
		},
		walplan.CheckPublication, finding.Error, "without which UPDATEs fail, for public.orders", `ALTER PUBLICATION "otel_activity" SET TABLE ONLY "public"."orders"`, false,
	},
	"a publication of somebody else": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Publication = published(); f.Publication.Owner = "other" },
		walplan.CheckPublisher, finding.Info, "the publication belongs to other", "", false,
	},
	"another's slot": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Slot = read(); f.Slot.Plugin = "wal2json" },
		walplan.CheckSlot, finding.Error, "for the plugin wal2json and the database shop", "", false,
	},
	"a slot of another database": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Slot = read(); f.Slot.Database = "other" },
		walplan.CheckSlot, finding.Error, "the database other", "", false,
	},
	"a physical slot": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Slot = read(); f.Slot.Plugin = "" },
		walplan.CheckSlot, finding.Error, "a physical one", "", false,
	},
	"a temporary slot": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Slot = read(); f.Slot.Temporary = true },
		walplan.CheckSlot, finding.Error, "is temporary", "", false,
	},
	"a lost slot": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Slot = read()
			f.Slot.WALStatus, f.Slot.InvalidationReason, f.Slot.Active = "lost", "wal_removed", false
		},
		walplan.CheckSlot, finding.Error, "is lost (wal_removed)", "", false,
	},
	"a slot that is about to be lost": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Slot = read(); f.Slot.WALStatus = "unreserved" },
		walplan.CheckSlot, finding.Error, "about to be lost: it is 100 B behind", "", false,
	},
	"a slot that nobody reads": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Slot = read(); f.Slot.Active = false },
		walplan.CheckSlot, finding.Info, "nobody reads the slot otel_activity, which keeps 200 B", "", false,
	},
	"a slot that nobody reads for long": {
		func(_ *walplan.Wanted, f *walplan.Facts) {
			f.Slot = read()
			f.Slot.Active, f.Slot.Current = false, 2<<30
		},
		walplan.CheckSlot, finding.Warning, "keeps 2.0 GiB", "", false,
	},
	"a slot whose reader is behind": {
		func(_ *walplan.Wanted, f *walplan.Facts) { f.Slot = read(); f.Slot.Current = 2 << 30 },
		walplan.CheckSlot, finding.Warning, "is 2.0 GiB behind", "", false,
	},
	"failover": {
		func(w *walplan.Wanted, _ *walplan.Facts) { w.Failover = true },
		walplan.CheckFailover, finding.Info, "standbys keep the slot", "", false,
	},
	"the slot of a failover": {
		func(w *walplan.Wanted, _ *walplan.Facts) { w.Failover = true },
		walplan.CheckSlot, finding.Info, "no slot", "SELECT pg_create_logical_replication_slot('otel_activity', 'pgoutput', failover => true)", false,
	},
	"failover of an older server": {
		func(w *walplan.Wanted, f *walplan.Facts) { w.Failover, f.Server.VersionNumber = true, 160009 },
		walplan.CheckFailover, finding.Error, "takes Postgres 17", "", false,
	},
	"failover of an older slot": {
		func(w *walplan.Wanted, f *walplan.Facts) { w.Failover, f.Slot = true, read() },
		walplan.CheckFailover, finding.Warning, "not one that standbys keep", "", false,
	},
}

func TestWhatIsNotAsItShouldBe(t *testing.T) {
	t.Parallel()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, facts := wanted(), sound()
			c.change(&want, facts)
			plan := walplan.Judge(want, facts)
			found := one(t, plan.Findings, c.check, c.what)
			require.Equal(t, c.severity, found.Severity)
			step := stepOf(plan, c.check)
			if c.sql == "" {
				return
			}
			require.NotNil(t, step)
			require.Equal(t, c.sql, step.SQL[0])
			require.Equal(t, c.manual, step.Manual)
		})
	}
}

func one(t *testing.T, all []finding.Finding, check, what string) finding.Finding {
	t.Helper()
	var found []finding.Finding
	for _, f := range all {
		if f.Check == check {
			found = append(found, f)
		}
	}
	require.Len(t, found, 1, "%v", all)
	require.Contains(t, found[0].What, what)
	if found[0].Severity > finding.Info {
		require.NotEmpty(t, found[0].Remedy)
	}
	return found[0]
}

func stepOf(plan *walplan.Plan, check string) *walplan.Step {
	for i := range plan.Steps {
		if plan.Steps[i].Check == check {
			return &plan.Steps[i]
		}
	}
	return nil
}
