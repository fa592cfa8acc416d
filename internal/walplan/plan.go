package walplan

import (
	"fmt"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
)

// Plan is what was found, and what to do about it.
type Plan struct {
	Findings []finding.Finding
	// Tables are those that are to be published, as they will be.
	Tables []Table
	// Refused are the tables whose UPDATEs and DELETEs would fail. While there are any,
	// no step publishes anything.
	Refused []string
	// Steps are what is to be run, in this order.
	Steps []Step
}

// Step is some SQL and its reason.
type Step struct {
	// Check is the finding that it belongs to.
	Check string `json:"check"`
	// Why is a sentence without its full stop.
	Why string `json:"why"`
	// SQL are statements without a semicolon.
	SQL []string `json:"sql"`
	// Manual says that somebody has to choose, to fill in, or to have more rights than the
	// role that asked: a script has it as a comment.
	Manual bool `json:"manual"`
}

// judgement is the work on one plan.
type judgement struct {
	*Facts
	wanted Wanted
	plan   *Plan
	// tables are those of Facts, as they will be.
	tables []replication.Table
	// madeFull are those that the steps give FULL.
	madeFull []replication.Table
}

// Judge makes the plan.
func Judge(wanted Wanted, facts *Facts) *Plan {
	j := &judgement{Facts: facts, wanted: wanted, plan: &Plan{}}
	j.server()
	j.receiver()
	j.identities()
	j.describe()
	j.publication()
	j.context()
	j.slot()
	if j.Server.InRecovery {
		j.plan.Steps = nil // none works on a standby
	}
	return j.plan
}

func (j *judgement) find(severity finding.Severity, check, remedy, format string, args ...any) {
	j.plan.Findings = append(j.plan.Findings, finding.Finding{
		Check: check, Severity: severity, What: fmt.Sprintf(format, args...), Remedy: remedy,
	})
}

func (j *judgement) fine(check, format string, args ...any) {
	j.find(finding.OK, check, "", format, args...)
}

func (j *judgement) step(s Step) { j.plan.Steps = append(j.plan.Steps, s) }
