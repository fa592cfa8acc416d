package postgreswalreceiver

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
	"github.com/otel-activity/otel-activity/semconv"
)

// attributeCut lists the columns of which only the beginning is there.
const attributeCut = "activity.changes.cut"

// unchangedText is in the place of a value that Postgres didn't send.
const unchangedText = "(unchanged)"

// changes writes the values of a row into a record.
type changes struct {
	placeholder bool // for values that Postgres didn't send

	record plog.LogRecord
	cut    pcommon.Slice
	hasCut bool
}

func (c *changes) start(record plog.LogRecord) { c.record, c.hasCut = record, false }

// whole writes all of a row: what an INSERT made, what a DELETE took.
func (c *changes) whole(r *relation, key string, values []pgoutput.Value) {
	row := c.record.Attributes().PutEmptyMap(key)
	row.EnsureCapacity(len(values))
	for i := range values {
		if i < len(r.columns) {
			c.put(row, &r.columns[i], &values[i])
		}
	}
}

// known writes what a row has of the replica identity; the rest is null because it isn't
// known.
func (c *changes) known(r *relation, key string, values []pgoutput.Value) {
	row := c.record.Attributes().PutEmptyMap(key)
	for i := range values {
		if i < len(r.columns) && r.identifies(i) && values[i].State == pgoutput.Text {
			c.put(row, &r.columns[i], &values[i])
		}
	}
}

// difference writes the values before and after of the columns that an UPDATE changed,
// and their names.
func (c *changes) difference(r *relation, old, changed []pgoutput.Value) {
	attributes := c.record.Attributes()
	fields := attributes.PutEmptySlice(string(semconv.ActivityChangesFieldsKey))
	var places [64]int
	list := places[:0]
	for i := range min(len(old), len(changed), len(r.columns)) {
		if r.columns[i].omit || same(&old[i], &changed[i]) {
			continue
		}
		list = append(list, i)
		fields.AppendEmpty().SetStr(r.columns[i].name)
	}
	for _, side := range []struct {
		key    string
		values []pgoutput.Value
	}{{string(semconv.ActivityChangesBeforeKey), old}, {string(semconv.ActivityChangesAfterKey), changed}} {
		row := attributes.PutEmptyMap(side.key)
		row.EnsureCapacity(len(list))
		for _, i := range list {
			c.put(row, &r.columns[i], &side.values[i])
		}
	}
}

// same reports whether a column kept its value. An unchanged one isn't sent; of one that
// was cut, the size tells at least.
func same(old, changed *pgoutput.Value) bool {
	switch {
	case changed.State == pgoutput.Unchanged:
		return true
	case old.State != changed.State:
		return false
	}
	return old.Size == changed.Size && bytes.Equal(old.Text, changed.Text)
}

func (c *changes) put(row pcommon.Map, of *column, value *pgoutput.Value) {
	switch {
	case of.omit:
	case value.State == pgoutput.Unchanged:
		if c.placeholder {
			row.PutStr(of.name, unchangedText)
		}
	case value.State == pgoutput.Null:
		row.PutEmpty(of.name)
	case of.mask:
		row.PutStr(of.name, hidden)
	default:
		putText(row, of, value.Text)
		if value.Cut() {
			c.mark(row, of, value)
		}
	}
}

// mark says that a value is only the beginning, which is made to end with a whole
// character.
func (c *changes) mark(row pcommon.Map, of *column, value *pgoutput.Value) {
	text := value.Text
	for i := 1; i <= utf8.UTFMax && i <= len(text); i++ {
		if utf8.RuneStart(text[len(text)-i]) {
			if !utf8.FullRune(text[len(text)-i:]) {
				text = text[:len(text)-i]
			}
			break
		}
	}
	row.PutStr(of.name, string(text))
	if !c.hasCut {
		c.cut, c.hasCut = c.record.Attributes().PutEmptySlice(attributeCut), true
	}
	c.cut.AppendEmpty().SetStr(of.name)
}

// putText writes a value with the type that a document has for it. All others stay as
// Postgres prints them: a number of arbitrary precision, a time, an array, a document
// keep every digit that way.
func putText(row pcommon.Map, of *column, text []byte) {
	switch of.dataType {
	case typeBool:
		row.PutBool(of.name, len(text) == 1 && text[0] == 't')
		return
	case typeInt2, typeInt4, typeInt8, typeOID:
		if n, err := strconv.ParseInt(string(text), 10, 64); err == nil {
			row.PutInt(of.name, n)
			return
		}
	case typeFloat4, typeFloat8:
		if f, err := strconv.ParseFloat(string(text), 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			row.PutDouble(of.name, f)
			return
		}
	}
	row.PutStr(of.name, string(text))
}
