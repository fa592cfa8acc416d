package replication

import (
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// CreatePublicationSQL is the statement that publishes every change of the tables, those
// of partitions as their root's. Unlogged tables are left out, which Postgres refuses;
// with no tables left, it publishes nothing. Only CheckIdentified says whether the
// application's UPDATEs still work then.
func CreatePublicationSQL(name string, tables []Table) string {
	var b strings.Builder
	b.WriteString("CREATE PUBLICATION " + quoted(name))
	if list := tableList(tables); list != "" {
		b.WriteString(" FOR TABLE " + list)
	}
	b.WriteString(" WITH (" + options(tables) + ")")
	return b.String()
}

// SetPublicationSQL are the statements, to be run as one, that make a publication which
// is there publish these tables and no others, in the way of CreatePublicationSQL. Empty
// when there is no table to publish: a publication can't be set to none.
func SetPublicationSQL(name string, tables []Table) string {
	return strings.Join(SetPublicationStatements(name, tables), ";\n")
}

// SetPublicationStatements are those of SetPublicationSQL, one by one.
func SetPublicationStatements(name string, tables []Table) []string {
	list := tableList(tables)
	if list == "" {
		return nil
	}
	alter := "ALTER PUBLICATION " + quoted(name) + " SET "
	return []string{alter + "TABLE " + list, alter + "(" + options(tables) + ")"}
}

// tableList names each table on a line, with ONLY: what inherits from it has a name of its
// own, and may be excluded.
func tableList(tables []Table) string {
	var names []string
	for i := range tables {
		if !tables[i].Unlogged {
			names = append(names, "ONLY "+tables[i].SQL())
		}
	}
	return strings.Join(names, ",\n    ")
}

func options(tables []Table) string {
	all := "publish = 'insert, update, delete, truncate', publish_via_partition_root = true"
	if slices.ContainsFunc(tables, func(t Table) bool { return t.NeedsGenerated() }) {
		all += ", publish_generated_columns = stored"
	}
	return all
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }
