package postgreswalreceiver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// OIDs of the types whose values are documents.
const (
	typeJSON  = 114
	typeJSONB = 3802
)

// journal keeps whole rows of changes since a fence: what the triggers would have written
// of them can be put back from it. The values of columns that are hidden in the trail are
// in it too, as the audit table would have them.
type journal struct {
	*handover
	buffer bytes.Buffer
}

// entry is a change with its rows.
func (j *journal) entry(of *relation, op operation, m *pgoutput.Message, by *identity, ordinal int64) *store.JournalEntry {
	entry := &store.JournalEntry{
		Table: of.name, CommitLSN: uint64(by.commit), CommittedAt: committedAt(by), XID: by.xid,
		Ordinal: ordinal, Operation: operationWords[op],
	}
	whole := m.OldWhole && !of.mixed
	if m.HasOld && (op == opUpdate || op == opDelete) {
		entry.Old = j.row(of, m.Old, func(i int) bool { return whole || (of.identifies(i) && m.Old[i].State == pgoutput.Text) })
	}
	if op == opInsert || op == opUpdate {
		values := m.New
		if m.HasOld && whole {
			values = complete(m)
		}
		entry.New = j.row(of, values, func(int) bool { return true })
	}
	return entry
}

func committedAt(by *identity) time.Time { return time.UnixMicro(by.committed.UnixMicro()).UTC() }

// complete returns the new row with the values from the old one that an UPDATE didn't
// change, and that weren't sent.
func complete(m *pgoutput.Message) []pgoutput.Value {
	values := slices.Clone(m.New)
	for i := range min(len(m.Old), len(values)) {
		if values[i].State == pgoutput.Unchanged {
			values[i] = m.Old[i]
		}
	}
	return values
}

// row writes the columns of a row that are known.
func (j *journal) row(of *relation, values []pgoutput.Value, known func(column int) bool) []byte {
	b := &j.buffer
	b.Reset()
	b.WriteByte('{')
	for i := range values {
		if i >= len(of.columns) || !known(i) || values[i].State == pgoutput.Unchanged {
			continue
		}
		value := &values[i]
		if value.Cut() || (value.State == pgoutput.Text && !storable(of.columns[i].dataType, value.Text)) {
			column := of.name + "." + of.columns[i].name
			j.warn("journal "+column, "A value is too large for the journal, or is json that jsonb refuses. Putting its change back would leave it out; see max_value_bytes.", zap.String("column", column))
			continue
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		writeText(b, of.columns[i].name)
		b.WriteByte(':')
		switch {
		case value.State == pgoutput.Null:
			b.WriteString("null")
		case of.columns[i].dataType == typeJSON || of.columns[i].dataType == typeJSONB:
			b.Write(value.Text)
		default:
			writeText(b, string(value.Text))
		}
	}
	b.WriteByte('}')
	return slices.Clone(b.Bytes())
}

// Numbers that jsonb, whose numbers are Postgres' numeric, can hold for certain: numeric has
// 131072 digits before the point and 16383 behind it.
const (
	mostDigits   = 16_000
	mostExponent = 16_000
)

// storable reports whether the trail can keep a value. json, unlike jsonb, may have a
// character, or a number, that jsonb refuses.
func storable(dataType uint32, text []byte) bool {
	if dataType != typeJSON {
		return true
	}
	if bytes.Contains(text, []byte(`\u0000`)) {
		return false
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return errors.Is(err, io.EOF)
		}
		if number, ok := token.(json.Number); ok && !holds(string(number)) {
			return false
		}
	}
}

// holds reports whether jsonb can hold a number.
func holds(number string) bool {
	digits, exponent, has := strings.Cut(strings.ToLower(number), "e")
	if len(digits) > mostDigits {
		return false
	}
	power, err := strconv.Atoi(strings.TrimPrefix(exponent, "+"))
	return !has || (err == nil && max(power, -power) <= mostExponent-len(digits))
}

func writeText(b *bytes.Buffer, text string) {
	quoted, _ := json.Marshal(text) // of a string there is no error
	b.Write(quoted)
}
