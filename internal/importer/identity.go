package importer

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"hash/maphash"

	"github.com/otel-activity/otel-activity/internal/model"
)

// identities makes the ids of records that have none in their source, and finds
// ids that the source gives to more than one record.
type identities struct {
	hash  hash.Hash
	salt  []byte
	lines repeats
	given repeats
	seed  maphash.Seed
}

// newIdentities salts the ids with what names the source, so that the same line
// of two sources is two activities.
func newIdentities(salt string) *identities {
	return &identities{hash: sha256.New(), salt: append([]byte(salt), 0), seed: maphash.MakeSeed()}
}

// ofLine returns the id of a record from its line's bytes: a UUIDv8 of the
// record's millisecond (so that an id alone tells where to look) and a hash. The
// same line for the nth time has another id than the first, and the same one
// when the input is read again.
func (ids *identities) ofLine(line []byte, at instant) model.ID {
	ids.hash.Reset()
	ids.hash.Write(ids.salt)
	ids.hash.Write(line)
	var digest [sha256.Size]byte
	ids.hash.Sum(digest[:0])

	ordinal := ids.lines.count(binary.BigEndian.Uint64(digest[8:]))
	if ordinal > 0 {
		ids.hash.Reset()
		ids.hash.Write(digest[:])
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], ordinal)
		ids.hash.Write(n[:])
		ids.hash.Sum(digest[:0])
	}

	var id model.ID
	copy(id[:], digest[:16])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.milliseconds())) //nolint:gosec // an instant is never negative
	copy(id[:6], ms[2:])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}

// again reports whether the source gave this id to an earlier record, too.
func (ids *identities) again(id string) bool {
	return ids.given.count(maphash.String(ids.seed, id)) > 0
}

// repeats counts keys at about 10 to 20 bytes for each different one: what
// matters is kept for the few that come more than once.
type repeats struct {
	seen  map[uint64]struct{}
	times map[uint64]uint64
}

// count returns how often the key was counted before.
func (c *repeats) count(key uint64) uint64 {
	if c.seen == nil {
		c.seen, c.times = map[uint64]struct{}{}, map[uint64]uint64{}
	}
	if _, ok := c.seen[key]; !ok {
		c.seen[key] = struct{}{}
		return 0
	}
	c.times[key]++
	return c.times[key]
}
