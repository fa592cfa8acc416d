package audit

import (
	"bytes"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// member is the value of a column of an audited row.
type member struct {
	column *column
	raw    []byte
	json   bool // raw is JSON; else the value as Postgres prints it, nil for NULL
}

func (m *member) null() bool {
	if m.json {
		return isNull(m.raw)
	}
	return m.raw == nil
}

// text is the value as the log prints it.
func (m *member) text(oid uint32) string {
	if m.json {
		return logText(oid, unquote(m.raw))
	}
	return logText(oid, string(m.raw))
}

// document reads a row that is a JSON object into a map, but for what isn't for the trail,
// and returns its members.
func (t *audited) document(text []byte, into pcommon.Map) ([]member, error) {
	members := make([]member, 0, max(len(t.columns), 8))
	into.EnsureCapacity(cap(members))
	j := jsonText{text: text}
	err := j.members(func(name []byte) error {
		c := t.column(name)
		var to pcommon.Value
		if c.omit {
			to = pcommon.NewValueEmpty()
		} else {
			to = into.PutEmpty(c.name)
		}
		start := j.at
		err := j.value(to)
		m := member{column: c, raw: text[start:j.at], json: true}
		if c.mask && !c.omit && !m.null() {
			to.SetStr(hidden)
		}
		members = append(members, m)
		return err
	})
	if err != nil {
		return nil, err
	}
	return members, j.end()
}

// pairs reads a row that is an hstore.
func (t *audited) pairs(text []byte) ([]member, error) {
	members := make([]member, 0, max(len(t.columns), 8))
	h := hstore{text: text}
	err := h.pairs(func(key, value []byte) {
		members = append(members, member{column: t.column(key), raw: value})
	})
	return members, err
}

// put writes a value that is a text.
func (m *member) put(into pcommon.Map) {
	switch c := m.column; {
	case c.omit:
	case m.raw == nil:
		into.PutEmpty(c.name)
	case c.mask:
		into.PutStr(c.name, hidden)
	default:
		into.PutStr(c.name, string(m.raw))
	}
}

func putAll(into pcommon.Map, members []member) {
	into.EnsureCapacity(len(members))
	for i := range members {
		members[i].put(into)
	}
}

// find returns the member of a column; nil without.
func find(members []member, c *column) *member {
	for i := range members {
		if members[i].column == c {
			return &members[i]
		}
	}
	return nil
}

// overlay is a row after some of its columns have changed.
func overlay(row, changed []member) []member {
	after := make([]member, 0, len(row)+len(changed))
	for i := range row {
		if find(changed, row[i].column) == nil {
			after = append(after, row[i])
		}
	}
	return append(after, changed...)
}

// putDifferent lists the columns whose values differ, in the order of the row that was made.
func putDifferent(fields pcommon.Slice, old, made []member) {
	put := func(c *column) {
		if !c.omit {
			fields.AppendEmpty().SetStr(c.name)
		}
	}
	for i := range made {
		// Rows of one table have their columns in one order, mostly.
		was := place(old, i, made[i].column)
		if was == nil || !bytes.Equal(was.raw, made[i].raw) || was.null() != made[i].null() {
			put(made[i].column)
		}
	}
	for i := range old {
		if place(made, i, old[i].column) == nil {
			put(old[i].column)
		}
	}
}

func place(members []member, guess int, c *column) *member {
	if guess < len(members) && members[guess].column == c {
		return &members[guess]
	}
	return find(members, c)
}

// putNames lists the columns of members.
func putNames(fields pcommon.Slice, members []member) {
	for i := range members {
		if c := members[i].column; !c.omit {
			fields.AppendEmpty().SetStr(c.name)
		}
	}
}
