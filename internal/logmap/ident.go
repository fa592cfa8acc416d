package logmap

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
)

// nilUUID is what a variable that was never set looks like: no id at all.
const nilUUID = "00000000-0000-0000-0000-000000000000"

// What is hashed begins with its kind, so that an id never equals one of another
// kind by the choice of a sender.
const (
	hashedUID     = "activity uid\x00"
	hashedContent = "activity content\x00"
)

// identify returns the id of a record: its own if that is a UUID, else a UUIDv8
// that every Collector derives in the same way.
func (m *Mapper) identify(r plog.LogRecord, occurredAt model.Micros) model.ID {
	s, ok := m.taken(fieldUID)
	if !ok {
		return m.contentID(r, occurredAt)
	}
	if id, ok := parseUUID(s.text); ok {
		return id
	}
	m.leave(s.key, s.value)
	m.canon.buf = append(m.canon.buf[:0], hashedUID...)
	m.canon.buf = append(m.canon.buf, s.text...)
	return derivedID(occurredAt, sha256.Sum256(m.canon.buf))
}

// contentID derives an id from all that was sent. Equal records of one request
// are told apart by their ordinal.
func (m *Mapper) contentID(r plog.LogRecord, occurredAt model.Micros) model.ID {
	sum := m.canon.record(r, &m.origin.digest)
	key := [16]byte(sum[:])
	ordinal := m.ordinals[key]
	m.ordinals[key] = ordinal + 1
	if ordinal > 0 {
		m.canon.buf = binary.BigEndian.AppendUint32(append(m.canon.buf[:0], sum[:]...), ordinal)
		sum = sha256.Sum256(m.canon.buf)
	}
	return derivedID(occurredAt, sum)
}

// derivedID makes a UUIDv8 of 48 bits of milliseconds and 74 bits of a hash. The
// time lets a reader of the id alone bound where to look.
func derivedID(occurredAt model.Micros, sum [sha256.Size]byte) model.ID {
	var id model.ID
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(occurredAt/1000)) //nolint:gosec // never before 1970
	copy(id[:6], ms[2:])
	copy(id[6:], sum[:10])
	id[6] = id[6]&0x0F | 0x80
	id[8] = id[8]&0x3F | 0x80
	return id
}

// parseUUID reads the usual form, also as a URN, in braces, or without dashes.
func parseUUID(s string) (model.ID, bool) {
	var id model.ID
	switch len(s) {
	case 32:
		return id, decodeHex(id[:], s)
	case 36:
	case 38:
		if s[0] != '{' || s[37] != '}' {
			return id, false
		}
		s = s[1:37]
	case 45:
		if !strings.EqualFold(s[:9], "urn:uuid:") {
			return id, false
		}
		s = s[9:]
	default:
		return id, false
	}
	if s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return id, false
	}
	ok := decodeHex(id[0:4], s[0:8]) && decodeHex(id[4:6], s[9:13]) && decodeHex(id[6:8], s[14:18]) &&
		decodeHex(id[8:10], s[19:23]) && decodeHex(id[10:16], s[24:36])
	return id, ok
}

func decodeHex(dst []byte, s string) bool {
	for i := range dst {
		high, low := hexDigits[s[2*i]], hexDigits[s[2*i+1]]
		if high|low > 0xF {
			return false
		}
		dst[i] = high<<4 | low
	}
	return true
}

// hexDigits holds the value of each hexadecimal digit and 0xFF for the rest.
var hexDigits = func() (table [256]byte) {
	for c := range table {
		table[c] = 0xFF
	}
	for i := range byte(10) {
		table['0'+i] = i
	}
	for i := range byte(6) {
		table['a'+i], table['A'+i] = 10+i, 10+i
	}
	return table
}()
