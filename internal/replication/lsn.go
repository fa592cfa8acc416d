package replication

import (
	"fmt"
	"strconv"
	"strings"
)

// LSN is a place in the WAL, in bytes from its beginning.
type LSN uint64

// String is the form that Postgres writes, such as 16/B374D848.
func (l LSN) String() string { return string(l.Append(nil)) }

// Append appends what String returns.
func (l LSN) Append(b []byte) []byte {
	return appendHex(append(appendHex(b, uint32(l>>32)), '/'), uint32(l)) //nolint:gosec // its two halves
}

func appendHex(b []byte, half uint32) []byte {
	const digits = "0123456789ABCDEF"
	shift := 28
	for shift > 0 && half>>shift == 0 {
		shift -= 4
	}
	for ; shift >= 0; shift -= 4 {
		b = append(b, digits[half>>shift&0xF])
	}
	return b
}

// ParseLSN reads the form that Postgres writes.
func ParseLSN(text string) (LSN, error) {
	high, low, ok := strings.Cut(text, "/")
	h, err := strconv.ParseUint(high, 16, 32)
	if err != nil || !ok {
		return 0, fmt.Errorf("%q is no LSN: want two hexadecimal numbers, such as 16/B374D848", text)
	}
	l, err := strconv.ParseUint(low, 16, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no LSN: want two hexadecimal numbers, such as 16/B374D848", text)
	}
	return LSN(h<<32 | l), nil
}
