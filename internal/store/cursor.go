package store

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"

	"github.com/otel-activity/otel-activity/internal/model"
)

var (
	// ErrCursorInvalid is returned for a cursor that no reader with this key made.
	ErrCursorInvalid = errors.New("the cursor is damaged or was made with another key; start again without it")
	// ErrCursorFilter is returned for a cursor that comes from another filter.
	ErrCursorFilter = errors.New("the cursor belongs to another filter; repeat the filter that it came from, or start again without it")
)

// position is a place between rows in the order (occurred_at, id).
type position struct {
	at model.Micros
	id model.ID
}

var (
	leastID    = model.ID{}
	greatestID = model.ID{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}
)

// A cursor is, in this order and then in base64url: version, occurred_at, id,
// filter hash, signature over all before.
const (
	cursorVersion   = 1
	atEnd           = 1 + 8
	idEnd           = atEnd + 16
	hashEnd         = idEnd + 8
	cursorSize      = hashEnd + signatureLength
	signatureLength = 16
)

// cursorKey signs cursors, so that nobody can probe for rows with made-up ones.
type cursorKey []byte

func newCursorKey(configured []byte) cursorKey {
	if len(configured) > 0 {
		return configured
	}
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails
	return key
}

func (k cursorKey) sign(unsigned []byte) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write(unsigned)
	return mac.Sum(unsigned)[:cursorSize]
}

func (k cursorKey) encode(p position, f *Filter) string {
	b := make([]byte, 0, hashEnd+sha256.Size)
	b = append(b, cursorVersion)
	b = binary.BigEndian.AppendUint64(b, uint64(p.at)) //nolint:gosec // the same bits, there and back
	b = append(b, p.id[:]...)
	b = binary.BigEndian.AppendUint64(b, f.hash())
	return base64.RawURLEncoding.EncodeToString(k.sign(b))
}

func (k cursorKey) decode(cursor string, f *Filter) (position, error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(b) != cursorSize || b[0] != cursorVersion {
		return position{}, ErrCursorInvalid
	}
	if !hmac.Equal(b, k.sign(b[:hashEnd:hashEnd])) {
		return position{}, ErrCursorInvalid
	}
	if binary.BigEndian.Uint64(b[idEnd:hashEnd]) != f.hash() {
		return position{}, ErrCursorFilter
	}
	return position{at: model.Micros(binary.BigEndian.Uint64(b[1:atEnd])), id: model.ID(b[atEnd:idEnd])}, nil //nolint:gosec // as above
}

// hash is equal for filters that choose the same. The times are left out: they
// clip a list at its ends, so that a position stays good when "since two hours
// ago" moves on from page to page.
func (f *Filter) hash() uint64 {
	canonical, err := json.Marshal([]any{
		f.Project.sorted(), f.Source.sorted(), f.Status.sorted(), f.Severity.sorted(),
		f.Action.sorted(), f.Actor.sorted(), f.OnBehalfOf.sorted(), f.Trace.sorted(),
		f.Operation.sorted(), f.Entity.sorted(), f.EntityType.sorted(), f.EntityID.sorted(), f.Text,
		f.nothing,
	})
	if err != nil {
		panic(err) // strings and slices of strings always marshal
	}
	sum := sha256.Sum256(canonical)
	return binary.BigEndian.Uint64(sum[:])
}

func (p position) before(q position) bool {
	if p.at != q.at {
		return p.at < q.at
	}
	return bytes.Compare(p.id[:], q.id[:]) < 0
}
