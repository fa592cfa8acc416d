package migrationplan

import (
	"fmt"
	"slices"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
)

// unbounded is how many audit rows a second the backfill reads when nothing bounds it, on
// a machine of two cores.
const unbounded = 15_000

// Plan is what was found, and what will be done.
type Plan struct {
	Sources  []Source
	Tables   []Table
	Findings []finding.Finding
	Steps    []Step
}

// Source is an audit table. Scripts depend on its JSON.
type Source struct {
	Name  string `json:"name"`
	Shape string `json:"shape"`
	Key   string `json:"key"`
	// Rows are an estimate; -1 is not known.
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
	// Seconds that reading it takes; -1 is not known.
	Seconds float64 `json:"seconds"`
	// Fenced says that triggers fill it, which are handed over; else the application does.
	Fenced bool `json:"fenced"`
	// Restorable says that a rollback can put changes into it.
	Restorable bool `json:"restorable"`
}

// Table is an audited table. Scripts depend on its JSON.
type Table struct {
	Name      string               `json:"name"`
	Source    string               `json:"source"`
	Triggers  []audit.Trigger      `json:"triggers"`
	Identity  replication.Identity `json:"identity"` // empty when it isn't known
	Published bool                 `json:"published"`
}

// judgement is the work on one plan.
type judgement struct {
	*Facts
	wanted *Wanted
	plan   *Plan
}

// Judge makes the plan.
func Judge(w *Wanted, facts *Facts) (*Plan, error) {
	j := &judgement{Facts: facts, wanted: w, plan: &Plan{}}
	j.server()
	j.sources()
	j.tables()
	return j.plan, j.steps()
}

func (j *judgement) find(severity finding.Severity, check, remedy, format string, args ...any) {
	j.plan.Findings = append(j.plan.Findings, finding.Finding{
		Check: check, Severity: severity, What: fmt.Sprintf(format, args...), Remedy: remedy,
	})
}

func (j *judgement) fine(check, format string, args ...any) {
	j.find(finding.OK, check, "", format, args...)
}

// rate is how many audit rows are read a second.
func (j *judgement) rate() float64 {
	if bound := j.wanted.Spec.RowsPerSecond; bound > 0 && bound < unbounded {
		return bound
	}
	return unbounded
}

func (j *judgement) source(s *audit.Source) Source {
	restorable, _ := s.Restorable()
	planned := Source{
		Name: s.String(), Shape: string(s.Shape), Key: s.Key, Rows: s.Rows, Bytes: s.Bytes, Seconds: -1, Fenced: len(s.Tables) > 0, Restorable: restorable,
	}
	if s.Rows >= 0 {
		planned.Seconds = float64(s.Rows) / j.rate()
	}
	return planned
}

func (j *judgement) table(s *audit.Source, t *audit.Table) Table {
	planned := Table{Name: t.String(), Source: s.String(), Triggers: t.Triggers, Published: j.published(t.String())}
	if planned.Triggers == nil {
		planned.Triggers = []audit.Trigger{}
	}
	if known := j.Tables[t.String()]; known != nil {
		planned.Identity = known.Identity
	}
	return planned
}

func (j *judgement) published(name string) bool {
	return j.Publication != nil && slices.ContainsFunc(j.Publication.Tables, func(p replication.Published) bool { return p.String() == name })
}
