package migrationplan

import (
	"strings"

	"github.com/otel-activity/otel-activity/internal/replication"
)

const (
	commentWidth = 90
	mark         = "-- "
)

// Script is the plan as SQL. What the Collector runs is a comment, so that running all of
// it prepares the database and does no harm.
func (p *Plan) Script(server *replication.Server) string {
	var b strings.Builder
	comment(&b, "Off the audit triggers of the database "+server.Database+". What is a comment is run by the Collector; the rest is yours, before the migration.")
	when := ""
	for i := range p.Steps {
		s := &p.Steps[i]
		b.WriteString("\n")
		if s.When != when {
			when = s.When
			b.WriteString(mark + "== " + when + "\n\n")
		}
		s.write(&b)
	}
	return b.String()
}

func (s *Step) write(b *strings.Builder) {
	comment(b, s.Why+".")
	if s.Yours {
		b.WriteString("SET lock_timeout = '5s'; -- the application waits behind a lock that waits\n")
	}
	for _, statement := range s.SQL {
		if !s.Yours {
			statement = mark + "    " + strings.NewReplacer("\n", "\n"+mark, "\r", "\n"+mark).Replace(statement)
		}
		b.WriteString(statement + ";\n")
	}
}

// comment writes text in lines that are comments, whatever is in it.
func comment(b *strings.Builder, text string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+len(word) >= commentWidth {
			b.WriteString(mark + line + "\n")
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	b.WriteString(mark + line + "\n")
}
