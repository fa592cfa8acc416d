package walplan

import (
	"strings"

	"github.com/otel-activity/otel-activity/internal/replication"
)

const (
	commentWidth = 90
	mark         = "-- "
)

// Script is the plan as SQL, each step with its reason as a comment. What somebody has to
// choose is a comment too, so that running all of it does no harm; while tables are
// refused it publishes nothing.
func (p *Plan) Script(server *replication.Server) string {
	var b strings.Builder
	comment(&b, "Row changes of the database "+server.Database+" (Postgres "+server.Version+"). Run it statement by statement, as psql does, and read what is a comment.")
	if p.runs() {
		b.WriteString("\n")
		comment(&b, "The application waits behind a lock that waits: give up soon, and run it again.")
		b.WriteString("SET lock_timeout = '5s';\n")
	}
	for i := range p.Steps {
		b.WriteString("\n")
		p.Steps[i].write(&b)
	}
	return b.String()
}

func (p *Plan) runs() bool {
	for i := range p.Steps {
		if !p.Steps[i].Manual {
			return true
		}
	}
	return false
}

func (s *Step) write(b *strings.Builder) {
	comment(b, s.Why+".")
	if s.Check == CheckSlot && !s.Manual {
		b.WriteString("RESET lock_timeout; -- it would end the wait\n")
	}
	for _, statement := range s.SQL {
		if s.Manual {
			statement = mark + hideBreaks(statement)
		}
		b.WriteString(statement + ";\n")
	}
}

// comment writes text in lines that are comments, whatever is in it: a name may have line
// breaks, behind which SQL would run.
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

// hideBreaks keeps a statement within its comment.
func hideBreaks(statement string) string {
	return strings.NewReplacer("\n", "\n"+mark, "\r", "\n"+mark).Replace(statement)
}
