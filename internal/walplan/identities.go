package walplan

import (
	"slices"
	"strings"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
)

// The names of checks. Scripts depend on them.
const (
	CheckMatched    = "tables.matched"
	CheckIdentity   = "tables.identity"
	CheckPartitions = "tables.partitions"
	CheckMixed      = "tables.mixed"
)

// identities judges whether the application's UPDATEs stay possible, and settles what the
// tables will be like.
func (j *judgement) identities() {
	j.tables = slices.Clone(j.Tables)
	if len(j.tables) == 0 {
		j.find(finding.Error, CheckMatched, "name tables with --include, such as public.*", "no table matches")
		return
	}
	j.fine(CheckMatched, "%s", finding.Counted(int64(len(j.tables)), "table matches", "tables match"))
	var refused []replication.Table
	for i := range j.tables {
		t := &j.tables[i]
		if t.Identified() {
			continue
		}
		if full := t.WithFull(j.Server.VersionNumber); j.wanted.Full && full.Identified() {
			j.makeFull(t)
			*t = full
			continue
		}
		j.refuse(t)
		refused = append(refused, *t)
	}
	j.plan.Refused = names(refused)
	if len(replication.Unidentified(j.Tables)) == 0 {
		j.fine(CheckIdentity, "each table has a replica identity: UPDATEs and DELETEs stay possible when it is published")
	}
	j.mixed()
	j.laterPartitions()
}

// refuse finds a table that can't be published as it is.
func (j *judgement) refuse(t *replication.Table) {
	remedy := strings.Join(t.Remedies(), ", or ")
	if full := t.WithFull(j.Server.VersionNumber); full.Identified() {
		remedy += " (FULL writes " + j.oldRows(t) + " to the WAL; --full takes it for all such tables)"
	}
	j.find(finding.Error, CheckIdentity, remedy, "%s has no replica identity%s: %s", t, because(t), j.consequence(t))
	statements := t.KeySQL()
	if full := t.WithFull(j.Server.VersionNumber); full.Identified() {
		statements = append(statements, t.FullSQL()...)
	}
	if j.published(t) && !j.Publication.AllTables {
		statements = append(statements, "ALTER PUBLICATION "+identifier(j.Publication.Name)+" DROP TABLE ONLY "+t.SQL())
	}
	j.step(Step{
		Check: CheckIdentity, Manual: true, SQL: statements,
		Why: t.String() + " is refused, and with it the publication: " + j.consequence(t) + ". Choose: a primary key is the best, FULL writes " + j.oldRows(t) + " to the WAL; or exclude the table",
	})
}

func (j *judgement) consequence(t *replication.Table) string {
	if j.published(t) {
		return "it is published, so that the application's UPDATE and DELETE of it fail now"
	}
	return "publishing it would make the application's UPDATE and DELETE of it fail"
}

// because says what hides behind a missing identity.
func because(t *replication.Table) string {
	switch {
	case t.Blocked() == replication.ObstacleVirtual:
		return " that can be published (it has virtual generated columns)"
	case t.Kind == replication.Partitioned:
		var short []string
		for i := range t.Leaves {
			if t.Leaves[i].Obstacle != replication.ObstacleNone {
				short = append(short, t.Leaves[i].String())
			}
		}
		return " in " + finding.Several("its partition", "its partitions", short)
	case t.Identity == replication.IdentityDefault && t.Deferrable:
		return " (its primary key is DEFERRABLE)"
	case t.Identity == replication.IdentityDefault:
		return " (it has no primary key)"
	case t.Identity == replication.IdentityIndex:
		return " (its index is gone or not valid)"
	default:
		return " (REPLICA IDENTITY NOTHING)"
	}
}

func (j *judgement) makeFull(t *replication.Table) {
	j.find(finding.Info, CheckIdentity, "prefer a primary key where there can be one",
		"%s has no replica identity%s, and gets FULL, which writes %s to the WAL", t, because(t), j.oldRows(t))
	j.madeFull = append(j.madeFull, *t)
	j.step(Step{
		Check: CheckIdentity, SQL: t.FullSQL(), Manual: j.isNotOwned(t),
		Why: t.String() + " has nothing that identifies its rows. FULL writes " + j.oldRows(t) + " to the WAL. It locks the table for a moment and rewrites nothing",
	})
}

func (j *judgement) isNotOwned(t *replication.Table) bool {
	_, not := j.NotOwned[t.OID]
	return not
}

// oldRows says what FULL writes for a table.
func (j *judgement) oldRows(t *replication.Table) string {
	traffic, ok := j.Traffic[t.OID]
	if !ok || traffic.Period < leastPeriod || (traffic.RowBytes == 0 && traffic.Updates+traffic.Deletes > 0) {
		return "the old row of each UPDATE and DELETE"
	}
	most := "about "
	if traffic.PeriodUnknown {
		most = "at most "
	}
	return most + finding.Size(traffic.OldRowsADay()) + " of old rows a day"
}

// mixed judges partitions whose old rows would be read for what they are not.
func (j *judgement) mixed() {
	for i := range j.tables {
		t := &j.tables[i]
		mixed := t.Mixed()
		if len(mixed) == 0 || !t.Identified() {
			continue
		}
		full := t.WithFull(j.Server.VersionNumber)
		switch {
		case t.Identity == replication.IdentityFull && !full.Identified():
			j.find(finding.Error, CheckMixed, "ALTER TABLE "+t.SQL()+" REPLICA IDENTITY DEFAULT, since FULL would have virtual generated columns",
				"%s has REPLICA IDENTITY FULL, but %s not: old rows would have NULL where there was a value", t, has(mixed))
		case t.Identity == replication.IdentityFull:
			j.find(finding.Error, CheckMixed, "give them FULL too, or take it from "+t.String(),
				"%s has REPLICA IDENTITY FULL, but %s not: old rows would have NULL where there was a value", t, has(mixed))
			j.align(t, mixed, full)
		case allFull(mixed) && len(mixed) == len(t.Leaves):
			j.find(finding.Warning, CheckMixed, "give "+t.String()+" FULL too",
				"%s has REPLICA IDENTITY FULL, but %s not: old values are written and not read", finding.Several("the partition", "the partitions", names(mixed)), t)
			j.align(t, []replication.Table{*t}, full)
		default:
			j.find(finding.Warning, CheckMixed, "give a partitioned table and all its partitions the same replica identity",
				"%s has another replica identity than %s: their old keys are read by the table's", t, finding.List(names(mixed)))
		}
	}
}

func has(mixed []replication.Table) string {
	if len(mixed) == 1 {
		return "its partition " + mixed[0].String() + " has"
	}
	return "its partitions " + finding.List(names(mixed)) + " have"
}

func allFull(tables []replication.Table) bool {
	return !slices.ContainsFunc(tables, func(t replication.Table) bool { return t.Identity != replication.IdentityFull })
}

// align gives some of a partitioned table's relations FULL, after which it is as full.
func (j *judgement) align(t *replication.Table, lacking []replication.Table, full replication.Table) {
	s := Step{
		Check: CheckMixed, Manual: j.isNotOwned(t),
		Why: "A partitioned table and its partitions need the same replica identity: the server writes old rows by the partition's, and names them by the table's",
	}
	for i := range lacking {
		s.SQL = append(s.SQL, "ALTER TABLE "+lacking[i].SQL()+" REPLICA IDENTITY FULL")
	}
	j.step(s)
	*t = full
}

// laterPartitions warns of tables whose next partition makes UPDATEs fail.
func (j *judgement) laterPartitions() {
	for i := range j.tables {
		if t := &j.tables[i]; t.Identified() && !t.KeepsIdentity() {
			j.find(finding.Warning, CheckPartitions,
				"give "+t.String()+" a primary key; or let whatever makes its partitions run ALTER TABLE … REPLICA IDENTITY FULL on each at once",
				"%s has no primary key: a partition that is made later has no replica identity, and the application's UPDATE and DELETE of it fail", t)
		}
	}
}
