package spool

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

const (
	headerSize = 8
	// MaxEntry bounds an entry, in bytes. A greater length in a file is damage.
	MaxEntry = 8 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errDamaged is what nextEntry finds where an entry was torn or changed.
var errDamaged = errors.New("an entry is damaged")

// appendEntry frames payload: its length and checksum, little endian, then itself.
func appendEntry(buf, payload []byte) []byte {
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(payload))) //nolint:gosec // at most MaxEntry
	buf = binary.LittleEndian.AppendUint32(buf, crc32.Checksum(payload, castagnoli))
	return append(buf, payload...)
}

// nextEntry returns the first entry of data, which must not be empty, and its size with
// the frame. With errDamaged the size leads to the next entry that is whole, or to the
// end of data.
func nextEntry(data []byte) (payload []byte, size int, err error) {
	if payload := wholeEntry(data); payload != nil {
		return payload, headerSize + len(payload), nil
	}
	return nil, nextWhole(data), errDamaged
}

// wholeEntry returns nil unless data begins with an entry. None is empty: a file whose
// end was not written before the machine failed ends in zeros, which would be many.
func wholeEntry(data []byte) []byte {
	if len(data) <= headerSize {
		return nil
	}
	length := int(binary.LittleEndian.Uint32(data))
	if length == 0 || length > MaxEntry || length > len(data)-headerSize {
		return nil
	}
	payload := data[headerSize : headerSize+length]
	if crc32.Checksum(payload, castagnoli) != binary.LittleEndian.Uint32(data[4:]) {
		return nil
	}
	return payload
}

// nextWhole looks for the entry behind a damaged one: where its length leads to, if that
// is still right, else at every place.
func nextWhole(data []byte) int {
	if len(data) > headerSize {
		end := headerSize + int(binary.LittleEndian.Uint32(data))
		if end < len(data) && wholeEntry(data[end:]) != nil {
			return end
		}
	}
	for at := 1; at < len(data)-headerSize; at++ {
		if wholeEntry(data[at:]) != nil {
			return at
		}
	}
	return len(data)
}
