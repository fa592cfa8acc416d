package audit

import (
	"fmt"
	"math"
	"strconv"

	"github.com/jackc/pgx/v5/pgtype"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Columns that a log table has beside those of its audited table.
const (
	columnTriggerID      = "trigger_id"
	columnTriggerMode    = "trigger_mode"
	columnTriggerTuple   = "trigger_tuple"
	columnTriggerChanged = "trigger_changed"
	columnTriggerUser    = "trigger_user"
)

// tableLog reads a log table of tablelog. An UPDATE is two rows of it, the old and the new
// one, of which the new one is the activity.
type tableLog struct {
	table *audited
	// updates are the halves so far; nil when a row is read alone.
	updates *updates
}

func newTableLog(s *Source, all *tables) *tableLog {
	d := &tableLog{}
	if len(s.Tables) > 0 {
		t := &s.Tables[0]
		d.table = all.table([]byte(t.Schema), []byte(t.Name), t.OID)
		return d
	}
	d.table = all.make(s.Schema, s.Name, nil)
	return d
}

func (d *tableLog) entry(r *row, record plog.LogRecord) (e entry, err error) {
	e.table = d.table
	var ok bool
	if e.operation, ok = operationOf(r.text(columnTriggerMode)); !ok || e.operation == opTruncate {
		return e, fmt.Errorf("trigger_mode is %q, which is none of INSERT, UPDATE and DELETE", r.text(columnTriggerMode))
	}
	changed, err := r.needed(columnTriggerChanged)
	if err != nil {
		return e, err
	}
	if e.at, err = timestamp(changed); err != nil {
		return e, err
	}
	old := string(r.text(columnTriggerTuple)) == "old"
	members := d.members(r)
	e.id = d.table.keyText(members)
	e.half = old && e.operation == opUpdate
	d.write(r, record, &e, members, old)
	putActor(record.Attributes(), r.text(columnTriggerUser))
	return e, nil
}

func (d *tableLog) write(r *row, record plog.LogRecord, e *entry, members []member, old bool) {
	attributes := record.Attributes()
	if old {
		putTyped(attributes.PutEmptyMap(keyBefore), r, members)
	} else {
		putTyped(attributes.PutEmptyMap(keyAfter), r, members)
	}
	if e.operation != opUpdate || d.updates == nil {
		return
	}
	if partner := d.updates.take(newHalf(r, members, old)); partner != nil {
		putTyped(attributes.PutEmptyMap(keyBefore), r, partner.members)
		putDifferent(attributes.PutEmptySlice(keyFields), partner.members, members)
	}
}

func newHalf(r *row, members []member, old bool) *half {
	id, _ := r.integer(columnTriggerID)
	h := &half{id: id, changed: string(r.text(columnTriggerChanged)), key: rawKey(members), old: old}
	if old {
		h.members = make([]member, len(members))
		for i, m := range members {
			if m.raw != nil {
				m.raw = append([]byte{}, m.raw...) // the connection's, until the next row
			}
			h.members[i] = m
		}
	}
	return h
}

// rawKey tells rows apart, also by columns whose values are not for the trail.
func rawKey(members []member) string {
	var key []byte
	for i := range members {
		if members[i].column.key >= 0 {
			key = append(append(key, members[i].raw...), 0)
		}
	}
	return string(key)
}

// members are the columns of the audited table, in the order of the log table.
func (d *tableLog) members(r *row) []member {
	members := make([]member, 0, len(r.columns))
	for i := range r.columns {
		switch name := r.columns[i].Name; name {
		case columnTriggerID, columnTriggerMode, columnTriggerTuple, columnTriggerChanged, columnTriggerUser:
		default:
			members = append(members, member{column: d.table.column([]byte(name)), raw: r.values[i]})
		}
	}
	return members
}

// putTyped writes values with the types that the receiver of the log gives them.
func putTyped(into pcommon.Map, r *row, members []member) {
	into.EnsureCapacity(len(members))
	next := 0
	for i := range members {
		m := &members[i]
		for r.columns[next].Name != m.column.name {
			next++
		}
		if m.raw == nil || m.column.mask || m.column.omit || !putNumber(into, m, r.columns[next].Type) {
			m.put(into)
		}
	}
}

// putNumber writes a value that is more than text in a document; false for any other.
func putNumber(into pcommon.Map, m *member, oid uint32) bool {
	switch oid {
	case pgtype.BoolOID:
		into.PutBool(m.column.name, len(m.raw) == 1 && m.raw[0] == 't')
		return true
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID:
		if n, err := strconv.ParseInt(string(m.raw), 10, 64); err == nil {
			into.PutInt(m.column.name, n)
			return true
		}
	case pgtype.Float4OID, pgtype.Float8OID:
		if f, err := strconv.ParseFloat(string(m.raw), 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			into.PutDouble(m.column.name, f)
			return true
		}
	}
	return false
}
