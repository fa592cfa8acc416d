package logmap

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// canonWriter writes what is hashed: each value with its type and length, the
// members of maps sorted by key. The order of attributes is not content: many
// senders keep them in hash maps and send them in another order the second time.
type canonWriter struct {
	buf      []byte
	frames   []canonMember // of the maps being written, inner after outer
	onMember func(string, pcommon.Value) bool
}

type canonMember struct {
	key   string
	value pcommon.Value
}

// deepestCanon bounds the recursion; content below it isn't told apart.
const deepestCanon = 256

func (c *canonWriter) init() {
	c.onMember = func(key string, value pcommon.Value) bool {
		c.frames = append(c.frames, canonMember{key: key, value: value})
		return true
	}
}

func (c *canonWriter) forget() {
	shrink(&c.buf)
	if cap(c.frames) > keptEntries {
		c.frames = nil
		return
	}
	clear(c.frames[:cap(c.frames)])
	c.frames = c.frames[:0]
}

// record hashes all of a record, and the digest of where it came from.
func (c *canonWriter) record(r plog.LogRecord, origin *[sha256.Size]byte) [sha256.Size]byte {
	traceID, spanID := r.TraceID(), r.SpanID()
	c.buf = append(c.buf[:0], hashedContent...)
	c.buf = append(c.buf, origin[:]...)
	c.number(uint64(r.Timestamp()))
	c.number(uint64(r.ObservedTimestamp()))
	c.buf = append(c.buf, traceID[:]...)
	c.buf = append(c.buf, spanID[:]...)
	c.number(uint64(r.SeverityNumber())) //nolint:gosec // only to be told apart
	c.string(r.SeverityText())
	c.string(r.EventName())
	c.value(r.Body(), 0)
	c.members(r.Attributes(), 0)
	return sha256.Sum256(c.buf)
}

func (c *canonWriter) number(n uint64) { c.buf = binary.BigEndian.AppendUint64(c.buf, n) }

func (c *canonWriter) length(n int) {
	c.buf = binary.AppendUvarint(c.buf, uint64(n)) //nolint:gosec // a length
}

func (c *canonWriter) string(s string) {
	c.length(len(s))
	c.buf = append(c.buf, s...)
}

func (c *canonWriter) value(v pcommon.Value, depth int) {
	if depth > deepestCanon {
		return
	}
	t := v.Type()
	c.buf = append(c.buf, byte(t)) //nolint:gosec // eight types
	switch t {
	case pcommon.ValueTypeStr:
		c.string(v.Str())
	case pcommon.ValueTypeInt:
		c.number(uint64(v.Int())) //nolint:gosec // only to be told apart
	case pcommon.ValueTypeDouble:
		c.number(math.Float64bits(v.Double()))
	case pcommon.ValueTypeBool:
		if v.Bool() {
			c.number(1)
		} else {
			c.number(0)
		}
	case pcommon.ValueTypeBytes:
		b := v.Bytes().AsRaw()
		c.length(len(b))
		c.buf = append(c.buf, b...)
	case pcommon.ValueTypeEmpty:
	case pcommon.ValueTypeMap:
		c.members(v.Map(), depth+1)
	case pcommon.ValueTypeSlice:
		values := v.Slice()
		c.length(values.Len())
		for i := range values.Len() {
			c.value(values.At(i), depth+1)
		}
	}
}

func (c *canonWriter) members(members pcommon.Map, depth int) {
	first := len(c.frames)
	members.Range(c.onMember)
	last := len(c.frames)
	// Stable, because of two members with one key the last counts.
	slices.SortStableFunc(c.frames[first:last], func(a, b canonMember) int { return strings.Compare(a.key, b.key) })
	c.length(last - first)
	for i := first; i < last; i++ {
		c.string(c.frames[i].key)
		c.value(c.frames[i].value, depth)
	}
	c.frames = c.frames[:first]
}
