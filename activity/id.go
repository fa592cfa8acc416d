package activity

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// ids makes the UUIDs of this process, see newID.
var ids idSource

// newID returns a UUIDv7 (RFC 9562) in its text form. Ids sort in the order in
// which they were made, those of one millisecond included.
func newID(now time.Time) string { return ids.next(now) }

// idSource counts ticks of 1/4096 ms: the 48 bits of UUIDv7's millisecond
// followed by the 12 bits behind the version, used as a fraction of the
// millisecond (RFC 9562, section 6.2, method 3). No tick is given out twice, so
// ids of one process differ by more than chance.
type idSource struct{ last atomic.Uint64 }

const (
	ticksPerMilli  = 1 << 12
	nanosPerMilli  = uint64(time.Millisecond)
	ticksPerSecond = 1000 * ticksPerMilli
)

func (s *idSource) next(now time.Time) string {
	var id [16]byte
	tick := s.tick(now)
	// version 7 goes between the milliseconds and their fraction
	binary.BigEndian.PutUint64(id[:8], tick&^0xfff<<4|0x7000|tick&0xfff)
	//nolint:gosec // an id must be unique, not secret; this is ChaCha8 seeded by the system
	binary.BigEndian.PutUint64(id[8:], 1<<63|rand.Uint64()>>2)

	var text [36]byte
	hex.Encode(text[0:8], id[0:4])
	hex.Encode(text[9:13], id[4:6])
	hex.Encode(text[14:18], id[6:8])
	hex.Encode(text[19:23], id[8:10])
	hex.Encode(text[24:36], id[10:16])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}

// tick returns the tick of now, or the first unused one behind it.
func (s *idSource) tick(now time.Time) uint64 {
	nanos := uint64(now.UnixNano())
	wanted := nanos/nanosPerMilli*ticksPerMilli + nanos%nanosPerMilli*ticksPerMilli/nanosPerMilli
	for {
		last := s.last.Load()
		next := wanted
		// A clock that was set back by more than a second was wrong before:
		// following it matters more than the order of ids.
		if last >= wanted && last-wanted < ticksPerSecond {
			next = last + 1
		}
		if s.last.CompareAndSwap(last, next) {
			return next
		}
	}
}
