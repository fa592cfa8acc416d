package audit

import (
	"strings"

	"github.com/otel-activity/otel-activity/internal/replication"
)

// operation is what was done to a row, or to all of them.
type operation int

const (
	opInsert operation = iota
	opUpdate
	opDelete
	opTruncate
	numOperations
)

var (
	operationWords = [numOperations]string{"insert", "update", "delete", "truncate"}
	statements     = [numOperations]string{"INSERT", "UPDATE", "DELETE", "TRUNCATE"}
)

// operationOf reads the name of a statement.
func operationOf(statement []byte) (operation, bool) {
	for op, name := range statements {
		if string(statement) == name {
			return operation(op), true
		}
	}
	return 0, false
}

// audited is a table that audit rows tell of.
type audited struct {
	schema, name string
	entityType   string // the table, with its schema unless that is public
	actions      [numOperations]string
	key          []Column
	columns      map[string]*column
	omit, mask   *replication.Columns
}

// column is one of an audited table.
type column struct {
	name       string
	omit, mask bool
	key        int // its place in the key; -1 of the others
}

// String is schema.table.
func (t *audited) String() string { return t.schema + "." + t.name }

// column is that of a name, which comes again and again: it is made once.
func (t *audited) column(name []byte) *column {
	if c, ok := t.columns[string(name)]; ok {
		return c
	}
	c := &column{name: string(name), key: -1}
	c.omit, c.mask = t.omit.Match(t.schema, t.name, c.name), t.mask.Match(t.schema, t.name, c.name)
	for i := range t.key {
		if t.key[i].Name == c.name {
			c.key = i
		}
	}
	t.columns[c.name] = c
	return c
}

// hidden stands for the value of a masked column.
const hidden = "***"

var keyEscapes = strings.NewReplacer(`\`, `\\`, `,`, `\,`)

// keyText is the key of a row, as the receiver of the log writes it: the values of its
// columns, with commas between, and with a backslash before commas and backslashes of theirs.
// It is empty when a part isn't known.
func (t *audited) keyText(members []member) string {
	if len(t.key) == 0 {
		return ""
	}
	if len(t.key) == 1 {
		for i := range members {
			if members[i].column.key == 0 && !members[i].null() {
				return t.keyPart(&members[i])
			}
		}
		return ""
	}
	parts := make([]string, len(t.key))
	found := 0
	for i := range members {
		if m := &members[i]; m.column.key >= 0 && !m.null() {
			parts[m.column.key] = keyEscapes.Replace(t.keyPart(m))
			found++
		}
	}
	if found != len(parts) {
		return ""
	}
	return strings.Join(parts, ",")
}

func (t *audited) keyPart(m *member) string {
	if m.column.omit || m.column.mask {
		return hidden
	}
	return m.text(t.key[m.column.key].Type)
}
