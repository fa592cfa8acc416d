package replication

import (
	"fmt"
	"slices"
	"strings"
)

// Unidentified are the tables whose UPDATEs and DELETEs Postgres would refuse once they
// are published.
func Unidentified(tables []Table) []Table {
	var blocked []Table
	for i := range tables {
		if !tables[i].Identified() {
			blocked = append(blocked, tables[i])
		}
	}
	return blocked
}

// CheckIdentified is an *UnidentifiedError when a table is not identified.
func CheckIdentified(tables []Table) error {
	if blocked := Unidentified(tables); len(blocked) > 0 {
		return &UnidentifiedError{Tables: blocked}
	}
	return nil
}

// UnidentifiedError refuses to publish tables whose UPDATEs and DELETEs would fail.
type UnidentifiedError struct{ Tables []Table }

func (e *UnidentifiedError) Error() string {
	var b strings.Builder
	b.WriteString("publishing would make the application's UPDATE and DELETE of these tables fail, which have no replica identity: ")
	for i := range e.Tables {
		if i > 0 {
			b.WriteString("; ")
		}
		t := &e.Tables[i]
		fmt.Fprintf(&b, "%s (%s)", t, strings.Join(t.Remedies(), ", or "))
	}
	return b.String()
}

// Remedies say what makes a blocked table identified, each enough in itself and the
// cheapest first; none when it is.
func (t *Table) Remedies() []string {
	exclude := "exclude " + t.String()
	switch t.Blocked() {
	case ObstacleNone:
		return nil
	case ObstacleVirtual:
		return []string{
			"ALTER TABLE " + t.SQL() + " REPLICA IDENTITY DEFAULT with a primary key, since Postgres never publishes its virtual generated columns",
			exclude,
		}
	case ObstacleNoIdentity:
	}
	key := strings.Join(t.KeySQL(), "; ")
	if t.Virtual || slices.ContainsFunc(t.Leaves, func(leaf Table) bool { return leaf.Virtual }) {
		return []string{key, exclude} // FULL would have what is never published
	}
	return []string{key, strings.Join(t.FullSQL(), "; "), exclude}
}

// KeySQL are the statements that make a primary key what identifies the rows of a blocked
// table. They have an ellipsis where somebody has to say more.
func (t *Table) KeySQL() []string {
	alter := "ALTER TABLE " + t.SQL()
	switch {
	case len(t.PrimaryKey) == 0:
		return []string{alter + " ADD PRIMARY KEY (…)"}
	case t.Deferrable:
		var columns []string
		for _, name := range t.PrimaryKey {
			columns = append(columns, quoted(name))
		}
		return []string{alter + " DROP CONSTRAINT …, ADD PRIMARY KEY (" + strings.Join(columns, ", ") + ")"}
	default:
		return t.identitySQL("DEFAULT", ObstacleNoIdentity)
	}
}

// FullSQL are the statements that give a blocked table REPLICA IDENTITY FULL. Of a
// partitioned one they are for the root too, so that its leaves' old rows are read for
// what they are, and for all leaves.
func (t *Table) FullSQL() []string { return t.identitySQL("FULL", "") }

// identitySQL sets the identity of the table and its leaves that have the obstacle; of all
// when it is empty.
func (t *Table) identitySQL(identity string, only Obstacle) []string {
	statement := func(name string) string { return "ALTER TABLE " + name + " REPLICA IDENTITY " + identity }
	statements := []string{statement(t.SQL())}
	for i := range t.Leaves {
		if only == "" || t.Leaves[i].Obstacle == only {
			statements = append(statements, statement(t.Leaves[i].SQL()))
		}
	}
	return statements
}
