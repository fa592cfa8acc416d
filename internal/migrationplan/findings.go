package migrationplan

import (
	"slices"
	"strings"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
)

// The names of checks. Scripts depend on them.
const (
	CheckPrimary     = "server.primary"
	CheckLevel       = "wal.level"
	CheckPublication = "publication.state"
	CheckSources     = "audit.tables"
	CheckObstacle    = "audit.obstacle"
	CheckRows        = "audit.rows"
	CheckRestore     = "audit.restore"
	CheckApplication = "audit.application"
	CheckIdentity    = "tables.identity"
	CheckTriggers    = "tables.triggers"
	CheckHeld        = "tables.held"
	CheckOwner       = "rights.owner"
)

func (j *judgement) server() {
	if j.Server.InRecovery {
		j.find(finding.Error, CheckPrimary, "connect to its primary", "the server is a standby: tables can't be handed over on it")
	} else {
		j.fine(CheckPrimary, "the server is no standby")
	}
	if j.Server.WALLevel == "logical" {
		j.fine(CheckLevel, "wal_level is logical")
	} else {
		j.find(finding.Error, CheckLevel, "prepare the log first: activityctl wal plan", "wal_level is %s: the log doesn't say which row was changed", j.Server.WALLevel)
	}
	if j.Publication == nil {
		j.find(finding.Info, CheckPublication, "make it with activityctl wal plan, or let the receiver make it; its section migration has to be there before", "there is no publication %s yet", j.wanted.Publication)
	} else {
		j.fine(CheckPublication, "the publication %s is there", j.Publication.Name)
	}
}

func (j *judgement) sources() {
	if len(j.Sources) == 0 {
		j.find(finding.Error, CheckSources, "name an audit table of another shape with --map, and what fills it with --trigger", "no audit table was found whose tables match")
		return
	}
	j.fine(CheckSources, "%s", finding.Counted(int64(len(j.Sources)), "audit table was found", "audit tables were found"))
	for i := range j.Sources {
		j.judgeSource(&j.Sources[i])
		j.plan.Sources = append(j.plan.Sources, j.source(&j.Sources[i]))
	}
}

func (j *judgement) judgeSource(s *audit.Source) {
	for _, obstacle := range s.Obstacles {
		j.find(finding.Error, CheckObstacle, "", "%s: %s", s, obstacle)
	}
	if s.Rows < 0 {
		j.find(finding.Info, CheckRows, "ANALYZE it", "nobody has counted the rows of %s: how long it takes isn't known", s)
	}
	if len(s.Tables) == 0 {
		j.find(finding.Info, CheckApplication, "when the migration has ended, let the application write activities in its place", "%s is written by the application itself: its rows are copied, and nothing is handed over", s)
		return
	}
	if ok, why := s.Restorable(); ok {
		j.fine(CheckRestore, "a rollback can put changes into %s", s)
	} else {
		j.find(finding.Warning, CheckRestore, "write down how it is done, with restore=… in --map, or live with it: they stay in activity.migration_journal", "a rollback can't put changes into %s: %s", s, why)
	}
}

func (j *judgement) tables() {
	var owners []string
	for i := range j.Sources {
		s := &j.Sources[i]
		for k := range s.Tables {
			t := &s.Tables[k]
			j.plan.Tables = append(j.plan.Tables, j.table(s, t))
			j.identity(t)
			j.triggers(s, t)
			j.held(t)
			if owner, foreign := j.Owners[t.OID]; foreign && !slices.Contains(owners, owner) {
				owners = append(owners, owner)
			}
		}
	}
	if len(owners) > 0 {
		j.find(finding.Error, CheckOwner, "give the receiver migration::dsn of a role that owns them; try it with --role", "the role %s doesn't own all of the audited tables, so that it can't hand them over; they belong to %s", j.Receiver.Name, finding.List(owners))
	} else if len(j.plan.Tables) > 0 {
		j.fine(CheckOwner, "the role %s owns the audited tables", j.Receiver.Name)
	}
}

func (j *judgement) identity(t *audit.Table) {
	known := j.Tables[t.String()]
	switch {
	case known == nil:
		j.find(finding.Warning, CheckIdentity, "look at it with activityctl wal plan", "how the rows of %s are told apart isn't known", t)
	case known.Unlogged:
		j.find(finding.Error, CheckIdentity, "ALTER TABLE "+known.SQL()+" SET LOGGED, or leave it out with --exclude", "%s is UNLOGGED: the log doesn't have its changes", t)
	case !known.Identified():
		j.find(finding.Error, CheckIdentity, strings.Join(known.Remedies(), ", or "), "%s has no replica identity: publishing it would make the application's UPDATE and DELETE of it fail", t)
	case known.Identity != replication.IdentityFull:
		j.find(finding.Warning, CheckIdentity, strings.Join(known.FullSQL(), "; ")+", at least until the migration is finished; it writes the old row of each UPDATE and DELETE to the WAL",
			"of an UPDATE or DELETE of %s the log has no old row but its key: activities have no values before it, and a rollback can't put them into the audit table", t)
	default:
		j.fine(CheckIdentity, "the log has whole rows of %s", t)
	}
}

func (j *judgement) triggers(s *audit.Source, t *audit.Table) {
	var disabled []string
	for _, trigger := range t.Triggers {
		if trigger.Enabled == "D" {
			disabled = append(disabled, trigger.Name)
		}
	}
	switch {
	case len(disabled) == len(t.Triggers):
		j.find(finding.Warning, CheckTriggers, "enable them, or leave the table out with --exclude", "nothing fills %s from %s: its audit triggers are disabled (%s)", s, t, finding.List(disabled))
	case len(disabled) > 0:
		j.find(finding.Warning, CheckTriggers, "enable them, or drop them", "some audit triggers of %s are disabled: %s", t, finding.List(disabled))
	default:
		j.fine(CheckTriggers, "the audit triggers of %s are enabled", t)
	}
}

// held says what can't be seen from here: whether the receiver records the table already.
func (j *judgement) held(t *audit.Table) {
	if j.published(t.String()) {
		j.find(finding.Info, CheckHeld, "if it didn't, leave the table out with --exclude: what is recorded twice can't be told apart", "%s is published already: it can be migrated if the receiver had its section migration when it first published it", t)
	}
}
