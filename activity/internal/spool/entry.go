package spool

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

const (
	headerSize = 12
	// MaxEntry bounds an entry, in bytes. A greater length in a file is damage.
	MaxEntry = 8 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errDamaged is what nextEntry finds where an entry was torn or changed.
var errDamaged = errors.New("an entry is damaged")

// appendEntry frames payload: its length, its checksum and that of both, little endian,
// then itself. The header has a checksum of its own so that an entry can be found behind
// damage without looking at what may be its payload.
func appendEntry(buf, payload []byte) []byte {
	from := len(buf)
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(payload))) //nolint:gosec // at most MaxEntry
	buf = binary.LittleEndian.AppendUint32(buf, crc32.Checksum(payload, castagnoli))
	buf = binary.LittleEndian.AppendUint32(buf, crc32.Checksum(buf[from:], castagnoli))
	return append(buf, payload...)
}

// nextEntry returns the first entry of data, which must not be empty, and its size with
// the frame. With errDamaged the size leads to where an entry may be again, or to the end
// of data.
func nextEntry(data []byte) (payload []byte, size int, err error) {
	length, ok := readHeader(data)
	if !ok || length > len(data)-headerSize {
		return nil, nextHeader(data), errDamaged
	}
	size = headerSize + length
	payload = data[headerSize:size]
	if crc32.Checksum(payload, castagnoli) != binary.LittleEndian.Uint32(data[4:]) {
		return nil, size, errDamaged
	}
	return payload, size, nil
}

// readHeader returns the length of the payload. Zeros, in which a file may end when the
// machine has failed, are no header.
func readHeader(data []byte) (length int, ok bool) {
	if len(data) < headerSize || crc32.Checksum(data[:8], castagnoli) != binary.LittleEndian.Uint32(data[8:]) {
		return 0, false
	}
	length = int(binary.LittleEndian.Uint32(data))
	return length, length <= MaxEntry
}

// nextHeader returns where the next header is, behind the beginning of data.
func nextHeader(data []byte) int {
	for at := 1; at < len(data); at++ {
		if _, ok := readHeader(data[at:]); ok {
			return at
		}
	}
	return len(data)
}
