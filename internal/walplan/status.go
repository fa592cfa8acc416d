package walplan

import "github.com/otel-activity/otel-activity/internal/finding"

// Status judges a publication and a slot that are to be in use: there and well.
func Status(wanted Wanted, facts *Facts) []finding.Finding {
	j := &judgement{Facts: facts, wanted: wanted, plan: &Plan{}}
	const remedy = "see what to do with \"activityctl wal plan\""
	switch p := j.Publication; {
	case p == nil:
		j.find(finding.Error, CheckPublication, remedy, "there is no publication %s", wanted.Publication)
	case p.AllTables:
		j.allTables()
	default:
		j.fine(CheckPublication, "the publication %s has %s", p.Name, finding.Counted(int64(len(p.Tables)), "table", "tables"))
	}
	if j.Slot == nil {
		j.find(finding.Error, CheckSlot, remedy, "there is no slot %s", wanted.Slot)
	} else {
		j.oldSlot()
	}
	j.kept()
	return j.plan.Findings
}
