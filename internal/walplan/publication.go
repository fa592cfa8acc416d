package walplan

import (
	"slices"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
)

// CheckPublication is the name of a check. Scripts depend on it.
const CheckPublication = "publication.state"

func (j *judgement) publication() {
	switch {
	case len(j.tables) == 0 || len(j.plan.Refused) > 0:
		if j.Publication == nil {
			j.find(finding.Info, CheckPublication, "settle what is refused, and plan again", "there is no publication %s, and as things are none is to be made", j.wanted.Publication)
			return
		}
		j.compare()
	case j.Publication == nil:
		j.find(finding.Info, CheckPublication, "make it with the SQL of this plan", "there is no publication %s yet", j.wanted.Publication)
		j.publish("Publish every change of the tables; those of a partition as its table's. Make it before the slot",
			replication.CreatePublicationSQL(j.wanted.Publication, j.tables))
	case j.Publication.AllTables:
		j.allTables()
	default:
		if j.compare() {
			j.publish("Publish these tables and no others, and every change of them",
				replication.SetPublicationStatements(j.wanted.Publication, j.tables)...)
		}
	}
}

// publish adds the step, if there is a table that can be published.
func (j *judgement) publish(why string, statements ...string) {
	s := Step{Check: CheckPublication, Why: why, SQL: j.guarded(statements)}
	if len(j.madeFull) > 0 {
		s.Why += ". It fails, and does no harm, if a table has not got its FULL before"
	}
	if !j.mayPublish() {
		s.Manual = true
		s.Why += ". Run it as a role that may"
	}
	j.step(s)
}

func (j *judgement) allTables() {
	j.find(finding.Error, CheckPublication, "DROP PUBLICATION "+identifier(j.wanted.Publication)+" if nobody else reads it, or name another with --publication; and plan again",
		"the publication %s is FOR ALL TABLES: that takes in the activities themselves, and each table without a replica identity that is made later, whose UPDATE then fails", j.wanted.Publication)
}

// compare finds how the publication that is there differs from what is wanted.
func (j *judgement) compare() (differs bool) {
	p := j.Publication
	remedy := "set it with the SQL of this plan"
	if len(j.plan.Refused) > 0 {
		remedy = "settle what is refused, and plan again"
	}
	is, should := map[string]bool{}, map[string]bool{}
	for i := range p.Tables {
		is[p.Tables[i].String()] = true
	}
	for i := range j.tables {
		if t := &j.tables[i]; !t.Unlogged {
			should[t.String()] = true
		}
	}
	for _, difference := range []struct {
		severity finding.Severity
		what     string
		of       []string
	}{
		{finding.Warning, "does not publish", missing(should, is)},
		{finding.Info, "publishes, besides what matches,", missing(is, should)},
		{finding.Warning, "publishes not all columns or rows of", cut(p)},
		{finding.Warning, "leaves out", unpublishedOperations(p)},
		{finding.Warning, "does not publish partitions as their table:", viaRoot(p)},
		{finding.Error, "lacks publish_generated_columns, without which UPDATEs fail, for", j.lacksGenerated()},
	} {
		if len(difference.of) > 0 {
			differs = true
			j.find(difference.severity, CheckPublication, remedy, "the publication %s %s %s", p.Name, difference.what, finding.List(difference.of))
		}
	}
	if !differs {
		j.fine(CheckPublication, "the publication %s publishes every change of what matches", p.Name)
	}
	return differs
}

// missing are the names in one set that another hasn't.
func missing(from, in map[string]bool) []string {
	var found []string
	for name := range from {
		if !in[name] {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

func cut(p *replication.Publication) []string {
	var found []string
	for i := range p.Tables {
		if t := &p.Tables[i]; t.ColumnList || t.RowFilter != "" {
			found = append(found, t.String())
		}
	}
	return found
}

func unpublishedOperations(p *replication.Publication) []string {
	var found []string
	for _, operation := range []struct {
		name      string
		published bool
	}{{"INSERT", p.Insert}, {"UPDATE", p.Update}, {"DELETE", p.Delete}, {"TRUNCATE", p.Truncate}} {
		if !operation.published {
			found = append(found, operation.name)
		}
	}
	return found
}

func viaRoot(p *replication.Publication) []string {
	if p.ViaRoot {
		return nil
	}
	return []string{"publish_via_partition_root is off"}
}

func (j *judgement) lacksGenerated() []string {
	if j.Publication.GeneratedColumns {
		return nil
	}
	return j.those(func(t *replication.Table) bool { return t.NeedsGenerated() })
}
