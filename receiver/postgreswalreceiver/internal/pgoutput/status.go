package pgoutput

import (
	"encoding/binary"
	"time"
)

// AppendStatus appends a frame that tells the server that all up to confirmed is safe, so
// that it needs to keep no log before. With ask, the server answers at once. It must not
// be told 0, which means nothing to it and everything to some clients: AppendStatus
// appends nothing then.
func AppendStatus(b []byte, confirmed LSN, now time.Time, ask bool) []byte {
	if confirmed == 0 {
		return b
	}
	const length = 4 + 1 + 3*8 + 8 + 1
	b = append(b, 'd')
	b = binary.BigEndian.AppendUint32(b, length)
	b = append(b, 'r')
	for range 3 { // written, flushed, applied
		b = binary.BigEndian.AppendUint64(b, uint64(confirmed))
	}
	b = binary.BigEndian.AppendUint64(b, uint64(TimeOf(now))) //nolint:gosec // two's complement on the wire
	if ask {
		return append(b, 1)
	}
	return append(b, 0)
}

// AppendDone appends a frame that ends the stream from this side.
func AppendDone(b []byte) []byte { return append(b, 'c', 0, 0, 0, 4) }
