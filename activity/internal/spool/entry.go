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

var (
	errTorn    = errors.New("an entry ends behind the file")
	errCorrupt = errors.New("an entry has another checksum")
)

// appendEntry frames payload: its length and checksum, little endian, then itself.
func appendEntry(buf, payload []byte) []byte {
	buf = binary.LittleEndian.AppendUint32(buf, uint32(len(payload))) //nolint:gosec // at most MaxEntry
	buf = binary.LittleEndian.AppendUint32(buf, crc32.Checksum(payload, castagnoli))
	return append(buf, payload...)
}

// nextEntry returns the first entry of data and its size with the frame. With
// errCorrupt the size leads to the next entry; errTorn ends the segment, since
// nothing tells where the next one begins.
func nextEntry(data []byte) (payload []byte, size int, err error) {
	if len(data) < headerSize {
		return nil, 0, errTorn
	}
	length := int(binary.LittleEndian.Uint32(data))
	if length > MaxEntry || length > len(data)-headerSize {
		return nil, 0, errTorn
	}
	size = headerSize + length
	payload = data[headerSize:size]
	if crc32.Checksum(payload, castagnoli) != binary.LittleEndian.Uint32(data[4:]) {
		return nil, size, errCorrupt
	}
	return payload, size, nil
}
