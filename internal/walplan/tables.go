package walplan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
)

// The names of checks. Scripts depend on them.
const (
	CheckKey       = "tables.key"
	CheckUnlogged  = "tables.unlogged"
	CheckGenerated = "tables.generated"
	CheckFull      = "tables.full"
)

// Table is one that is to be published, as it will be.
type Table struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	// Identity is default, nothing, full or index; mixed when partitions have others than
	// their table.
	Identity   string   `json:"identity"`
	PrimaryKey []string `json:"primary_key"`
	// Published says that it is now.
	Published bool    `json:"published"`
	Verdict   Verdict `json:"verdict"`
	// OldRowsADay is how many bytes FULL writes, or would write; negative when that isn't
	// known.
	OldRowsADay int64 `json:"full_bytes_a_day"`
}

// Verdict says what becomes of a table.
type Verdict string

const (
	// Publish is that it is published.
	Publish Verdict = "publish"
	// Refuse is that it would make UPDATEs fail.
	Refuse Verdict = "refuse"
	// Skip is that it writes no WAL.
	Skip Verdict = "skip"
)

const mixedIdentity = "mixed"

// describe lists the tables, and judges what activities will lack.
func (j *judgement) describe() {
	for i := range j.tables {
		j.plan.Tables = append(j.plan.Tables, j.row(&j.tables[i]))
	}
	j.unlogged()
	j.keys()
	j.generated()
	j.full()
}

func (j *judgement) row(t *replication.Table) Table {
	row := Table{
		Name: t.String(), Kind: string(t.Kind), Identity: string(t.Identity), PrimaryKey: t.PrimaryKey,
		Published: j.published(t), Verdict: Publish, OldRowsADay: -1,
	}
	if len(t.Mixed()) > 0 {
		row.Identity = mixedIdentity
	}
	switch {
	case t.Unlogged:
		row.Verdict = Skip
	case !t.Identified():
		row.Verdict = Refuse
	}
	if traffic, ok := j.Traffic[t.OID]; ok && traffic.Period >= leastPeriod {
		row.OldRowsADay = traffic.OldRowsADay()
	}
	return row
}

// published says whether the publication has the table, or a partition of it, now.
func (j *judgement) published(t *replication.Table) bool {
	if j.Publication == nil {
		return false
	}
	has := func(oid uint32) bool {
		return slices.ContainsFunc(j.Publication.Tables, func(p replication.Published) bool { return p.OID == oid })
	}
	return has(t.OID) || slices.ContainsFunc(t.Leaves, func(leaf replication.Table) bool { return has(leaf.OID) })
}

func (j *judgement) those(is func(*replication.Table) bool) []string {
	var found []string
	for i := range j.tables {
		if is(&j.tables[i]) {
			found = append(found, j.tables[i].String())
		}
	}
	return found
}

func (j *judgement) unlogged() {
	if found := j.those(func(t *replication.Table) bool { return t.Unlogged }); len(found) > 0 {
		j.find(finding.Info, CheckUnlogged, "", "UNLOGGED tables write no WAL, so that changes of them are not seen: %s", finding.List(found))
	}
}

// keys finds tables whose activities don't say which row it was.
func (j *judgement) keys() {
	keyless := j.those(func(t *replication.Table) bool { return !t.Unlogged && t.Identified() && len(t.PrimaryKey) == 0 })
	if len(keyless) > 0 {
		j.find(finding.Info, CheckKey, "add a primary key if the rows have something like it",
			"without a primary key, activities don't say which entity they are of: %s", finding.List(keyless))
	}
	if j.Server.VersionNumber >= publishesGenerated {
		return
	}
	generated := j.those(func(t *replication.Table) bool {
		return slices.ContainsFunc(t.PrimaryKey, func(column string) bool { return slices.Contains(t.Generated, column) })
	})
	if len(generated) > 0 {
		j.find(finding.Warning, CheckKey, "upgrade to Postgres 18, which publishes them",
			"a column of the primary key is generated, and never published: %s", finding.List(generated))
	}
}

// publishesGenerated is the first version that can publish stored generated columns.
const publishesGenerated = 180000

func (j *judgement) generated() {
	if found := j.those(func(t *replication.Table) bool { return len(t.Generated) > 0 }); len(found) > 0 {
		j.find(finding.Info, CheckGenerated, "", "generated columns are not published, but for what Postgres 18 needs to tell rows apart: %s", finding.List(found))
	}
}

// full says what FULL costs in the end.
func (j *judgement) full() {
	var found []Table
	var sum int64
	unknown := false
	for i, row := range j.plan.Tables {
		if row.Verdict == Publish && j.tables[i].Identity == replication.IdentityFull {
			found = append(found, row)
			sum += max(row.OldRowsADay, 0)
			unknown = unknown || row.OldRowsADay < 0
		}
	}
	if len(found) == 0 {
		j.fine(CheckFull, "no table has REPLICA IDENTITY FULL: publishing adds next to nothing to the WAL")
		return
	}
	slices.SortStableFunc(found, func(a, b Table) int { return cmp.Compare(b.OldRowsADay, a.OldRowsADay) })
	var each []string
	for _, row := range found {
		each = append(each, row.Name+" ("+bytesADay(row.OldRowsADay)+")")
	}
	total := "it isn't known yet how much that is"
	if !unknown {
		total = bytesADay(sum) + share(sum, j.walADay())
	}
	j.find(finding.Info, CheckFull, "where the values before a change aren't needed, a primary key and REPLICA IDENTITY DEFAULT cost nothing",
		"REPLICA IDENTITY FULL writes the old row of each UPDATE and DELETE to the WAL, %s: %s", total, finding.List(each))
}

func bytesADay(bytes int64) string {
	if bytes < 0 {
		return "unknown"
	}
	return finding.Size(bytes) + " a day"
}

// share is what part some bytes are of all WAL.
func share(bytes, all int64) string {
	if all <= 0 {
		return ""
	}
	const whole = 100
	return fmt.Sprintf(" (%.1f %% of the WAL)", whole*float64(bytes)/float64(all))
}
