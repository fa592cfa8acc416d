package postgreswalreceiver

import (
	"slices"
	"strings"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
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

var operationWords = [numOperations]string{"insert", "update", "delete", "truncate"}

// OIDs of types whose values are no texts in a document; pg_type.dat has them.
const (
	typeBool   = 16
	typeInt8   = 20
	typeInt2   = 21
	typeInt4   = 23
	typeOID    = 26
	typeFloat4 = 700
	typeFloat8 = 701
)

// relation is a table as the next rows of the stream have it.
type relation struct {
	name       string // schema.table
	entityType string // the table, with its schema unless that is public
	table      string
	namespace  string // of OTel: database|schema
	actions    [numOperations]string
	columns    []column
	// key are the places of the columns that tell rows apart, in the order of the key;
	// empty when there is none.
	key []int
	// mixed is whether an old row that is said to be whole may lack everything but the key.
	mixed bool
	// ignored is whether its changes are none for the trail.
	ignored bool
	// side is what it is to a migration.
	side side
}

type column struct {
	name     string
	dataType uint32
	omit     bool
	mask     bool
	identity bool // part of the replica identity
}

// relations makes them: what doesn't change from table to table.
type relations struct {
	database   string
	action     string
	omit, mask *replication.Columns
	wanted     func(schema, table string) bool
	mixed      func(oid uint32) bool
}

// relation takes a table's description. key has the names of its primary key's columns.
func (r *relations) relation(oid uint32, from *pgoutput.Relation, key []string) *relation {
	made := &relation{
		name:       from.Schema + "." + from.Name,
		mixed:      r.mixed(oid),
		entityType: from.Name,
		table:      from.Name,
		namespace:  r.database + "|" + from.Schema,
		ignored:    !r.wanted(from.Schema, from.Name),
	}
	if from.Schema != "public" {
		made.entityType = from.Schema + "." + from.Name
	}
	for op, word := range operationWords {
		made.actions[op] = strings.NewReplacer("{schema}", from.Schema, "{table}", from.Name, "{operation}", word).Replace(r.action)
	}
	for _, c := range from.Columns {
		made.columns = append(made.columns, column{
			name: c.Name, dataType: c.Type, identity: c.Identity && !from.IdentityFull,
			omit: r.omit.Match(from.Schema, from.Name, c.Name), mask: r.mask.Match(from.Schema, from.Name, c.Name),
		})
	}
	made.key = made.places(key)
	if len(made.key) == 0 {
		// The table is gone since, or has another key: the stream's word is what is left.
		for i := range made.columns {
			if made.columns[i].identity {
				made.key = append(made.key, i)
			}
		}
	}
	return made
}

// places returns where the columns are, or nothing unless all are there.
func (r *relation) places(names []string) []int {
	var places []int
	for _, name := range names {
		for i := range r.columns {
			if r.columns[i].name == name {
				places = append(places, i)
			}
		}
	}
	if len(places) != len(names) {
		return nil
	}
	return places
}

// identifies reports whether an old row has the column for certain.
func (r *relation) identifies(column int) bool {
	return r.columns[column].identity || (r.mixed && slices.Contains(r.key, column))
}

// hidden stands for the value of a masked column.
const hidden = "***"

// keyText is the row's key: the values of its columns, with commas between, and with
// a backslash before commas and backslashes of theirs. It is empty when a part isn't
// known.
func (r *relation) keyText(values []pgoutput.Value) string {
	var text strings.Builder
	for n, i := range r.key {
		if i >= len(values) || values[i].State != pgoutput.Text {
			return ""
		}
		if n > 0 {
			text.WriteByte(',')
		}
		part := string(values[i].Text)
		if r.columns[i].mask || r.columns[i].omit {
			part = hidden
		}
		if len(r.key) > 1 {
			part = keyEscapes.Replace(part)
		}
		text.WriteString(part)
	}
	return text.String()
}

var keyEscapes = strings.NewReplacer(`\`, `\\`, `,`, `\,`)

// entityID is the key of the row that a change is of, as an activity has it.
func (r *relation) entityID(op operation, m *pgoutput.Message) string {
	switch op {
	case opInsert, opUpdate:
		return r.keyText(m.New)
	case opDelete:
		if id := r.keyText(m.Old); id != "" {
			return id
		}
		return r.identityText(m.Old)
	case opTruncate, numOperations:
	}
	return ""
}

// identityText is the replica identity, for a row of which Postgres sent no more.
func (r *relation) identityText(values []pgoutput.Value) string {
	by := relation{columns: r.columns}
	for i := range r.columns {
		if r.columns[i].identity {
			by.key = append(by.key, i)
		}
	}
	return by.keyText(values)
}
