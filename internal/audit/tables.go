package audit

import "github.com/otel-activity/otel-activity/internal/replication"

// tables are those that the rows of a source tell of, by the names that rows have.
type tables struct {
	byName     map[string]*audited
	keys       map[uint32][]Column
	omit, mask *replication.Columns
	made       []byte // of a name, to look it up without making one
}

func newTables(s *Source, omit, mask *replication.Columns) *tables {
	t := &tables{byName: map[string]*audited{}, keys: map[uint32][]Column{}, omit: omit, mask: mask}
	for _, all := range [][]Table{s.Others, s.Tables} {
		for i := range all {
			t.add(&all[i])
		}
	}
	return t
}

func (t *tables) add(of *Table) {
	made := t.make(of.Schema, of.Name, of.Key)
	t.keys[of.OID] = of.Key
	t.byName[made.String()] = made
	for _, p := range of.Partitions {
		// Triggers tell of the partition, the log of its root.
		t.keys[p.OID] = of.Key
		t.byName[p.Schema+"."+p.Name] = made
	}
}

func (t *tables) make(schema, name string, key []Column) *audited {
	made := &audited{schema: schema, name: name, entityType: name, key: key, columns: map[string]*column{}, omit: t.omit, mask: t.mask}
	if schema != "public" {
		made.entityType = schema + "." + name
	}
	for op, word := range operationWords {
		made.actions[op] = name + "." + word
	}
	return made
}

// table is that of a row. One that was renamed since is known by its oid alone; of one that
// is gone, or has no triggers any more, nothing is known but its name.
func (t *tables) table(schema, name []byte, oid uint32) *audited {
	t.made = append(append(append(t.made[:0], schema...), '.'), name...)
	if known, ok := t.byName[string(t.made)]; ok {
		return known
	}
	made := t.make(string(schema), string(name), t.keys[oid])
	t.byName[string(t.made)] = made
	return made
}
