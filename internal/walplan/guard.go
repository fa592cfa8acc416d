package walplan

import (
	"strings"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// guarded makes statements that publish run only once the tables have the FULL that the
// steps before give them: a step that failed for a lock must not be followed by a
// publication that makes UPDATEs fail. It is one statement, so that nothing comes between.
func (j *judgement) guarded(statements []string) []string {
	if len(j.madeFull) == 0 {
		return statements
	}
	var names []string
	for _, t := range written(j.madeFull) {
		names = append(names, "        "+literal(t.SQL())+"::regclass")
	}
	body := "BEGIN\n    IF EXISTS (SELECT FROM pg_class WHERE relreplident <> 'f' AND oid IN (\n" +
		strings.Join(names, ",\n") +
		"\n    )) THEN RAISE EXCEPTION 'a table has no replica identity yet: run the statements above again'; END IF;\n    " +
		strings.Join(statements, ";\n    ") + ";\nEND"
	quote := "$publish$"
	for strings.Contains(body, quote) {
		quote = quote[:len(quote)-1] + "_$"
	}
	return []string{"DO " + quote + "\n" + body + "\n" + quote}
}

// written are the tables that hold rows: it is their identity that counts.
func written(tables []replication.Table) []replication.Table {
	var all []replication.Table
	for i := range tables {
		if tables[i].Kind == replication.Partitioned {
			all = append(all, tables[i].Leaves...)
		} else {
			all = append(all, tables[i])
		}
	}
	return all
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
