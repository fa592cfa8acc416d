package store

import (
	"crypto/rand"
	"encoding/binary"
	"math"

	"github.com/otel-activity/otel-activity/internal/seal"
)

// noSeal are the fields of the seal in a row without a hash.
var noSeal = appendNull(appendNull(nil))

// saltsAtOnce is how many salts one call of the system makes: each by itself would
// cost as much as hashing the row.
const saltsAtOnce = 256

// rowSealer hashes rows as they are sent. The zero value is ready.
type rowSealer struct {
	hasher  seal.Hasher
	content seal.Content
	buf     []byte
	salts   [saltsAtOnce * seal.SaltSize]byte
	unused  []byte // of salts
}

// fields returns sealColumns of a row, valid until the next call.
func (s *rowSealer) fields(encoded []byte, e *entry) []byte {
	salt := s.salt()
	s.content = contentOf(encoded, e)
	hash := s.hasher.Hash(&s.content, &salt)
	s.buf = appendBytes(appendBytes(s.buf[:0], salt[:]), hash[:])
	return s.buf
}

// contentOf is what is hashed of an encoded row.
func contentOf(encoded []byte, e *entry) seal.Content {
	content := seal.Content{
		Fixed:    encoded[e.start+2 : e.identity], // behind the number of columns
		Identity: encoded[e.identity:e.texts],
		Texts:    encoded[e.texts:e.documents],
	}
	rest := encoded[e.documents:e.end]
	for i := range content.Documents {
		content.Documents[i], rest = cutDocument(rest)
	}
	return content
}

func (s *rowSealer) salt() (salt seal.Salt) {
	if len(s.unused) == 0 {
		_, _ = rand.Read(s.salts[:]) // it never fails, says its documentation
		s.unused = s.salts[:]
	}
	s.unused = s.unused[copy(salt[:], s.unused):]
	return salt
}

// cutDocument takes a field of jsonb off and returns its JSON.
func cutDocument(fields []byte) (document, rest []byte) {
	length, fields := binary.BigEndian.Uint32(fields), fields[4:]
	if length == math.MaxUint32 {
		return nil, fields
	}
	return fields[1:length], fields[length:]
}
