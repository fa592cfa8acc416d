package migrationplan

import (
	"strings"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/migration"
	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/internal/store"
)

// placeholder stands for what a migration will be called.
const placeholder = "ID"

// Step is some SQL, when it is run, and by whom. Scripts depend on its JSON.
type Step struct {
	// When is prepare, cutover, rollback or finish.
	When string `json:"when"`
	// Why is a sentence without its full stop.
	Why string `json:"why"`
	// SQL are statements without a semicolon; those of a transaction begin with BEGIN.
	SQL []string `json:"sql"`
	// Yours is what somebody has to run before; all else the Collector does.
	Yours bool `json:"yours"`
}

func (j *judgement) steps() error {
	j.full()
	j.publish()
	for _, of := range []struct {
		when, why string
		to        store.Recorder
	}{
		{"cutover", "hand over to the log, in one transaction: what commits before it is written by the triggers, what commits behind it is recorded from the log", store.RecorderLog},
		{"rollback", "give back to the triggers; the changes that they have missed are put into the audit table behind it", store.RecorderTriggers},
	} {
		if err := j.eachTable(func(t *audit.Table) error {
			statements, err := migration.Fence(t, placeholder, of.to)
			if err != nil {
				return err
			}
			j.add(of.when, t.String()+": "+of.why, append(append([]string{"BEGIN"}, statements...), "COMMIT"))
			return nil
		}); err != nil {
			return err
		}
	}
	return j.finish()
}

func (j *judgement) add(when, why string, statements []string) {
	j.plan.Steps = append(j.plan.Steps, Step{When: when, Why: why, SQL: statements})
}

func (j *judgement) eachTable(do func(*audit.Table) error) error {
	for i := range j.Sources {
		for k := range j.Sources[i].Tables {
			if err := do(&j.Sources[i].Tables[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

// full gives tables whole rows in the log, which is for their owner to decide.
func (j *judgement) full() {
	var statements []string
	_ = j.eachTable(func(t *audit.Table) error {
		if known := j.Tables[t.String()]; known != nil && !known.Unlogged && known.Identity != replication.IdentityFull {
			statements = append(statements, known.FullSQL()...)
		}
		return nil
	})
	if len(statements) > 0 {
		j.plan.Steps = append(j.plan.Steps, Step{
			When: "prepare", Yours: true, SQL: statements,
			Why: "Whole rows in the log: activities have the values before a change, and a rollback can put everything into the audit tables. It locks each table for a moment, rewrites nothing, and writes the old row of each UPDATE and DELETE to the WAL",
		})
	}
}

// publish lets the log be read for audited tables, and for audit tables, which parity
// compares with them.
func (j *judgement) publish() {
	var names []string
	add := func(name string) {
		if known := j.Tables[name]; known != nil && !known.Unlogged && !j.published(name) {
			names = append(names, "ONLY "+known.SQL())
		}
	}
	_ = j.eachTable(func(t *audit.Table) error {
		add(t.String())
		return nil
	})
	for i := range j.Sources {
		if len(j.Sources[i].Tables) > 0 {
			add(j.Sources[i].String())
		}
	}
	if len(names) == 0 || j.Publication != nil && j.Publication.AllTables {
		return
	}
	publication := strings.ReplaceAll(j.wanted.Publication, `"`, `""`)
	j.add("prepare", "The receiver publishes what it is to read: the audited tables, held back until they are handed over, and the audit tables, to compare",
		[]string{`ALTER PUBLICATION "` + publication + `" ADD TABLE ` + strings.Join(names, ", ")})
}

// finish drops what nobody needs any more.
func (j *judgement) finish() error {
	err := j.eachTable(func(t *audit.Table) error {
		j.add("finish", t.String()+": the triggers go, some days later", migration.DropTriggers(t))
		return nil
	})
	for i := range j.Sources {
		if s := &j.Sources[i]; len(s.Tables) > 0 {
			j.add("finish", s.String()+": the audit table goes, with --drop-tables alone", []string{migration.DropTable(s)})
		}
	}
	return err
}
