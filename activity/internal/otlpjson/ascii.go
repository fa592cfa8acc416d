package otlpjson

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// ASCII escapes what is not ASCII in a text of JSON, where it is in strings alone.
func ASCII(encoded []byte) string {
	var b strings.Builder
	b.Grow(len(encoded))
	for len(encoded) > 0 {
		r, size := utf8.DecodeRune(encoded)
		encoded = encoded[size:]
		switch high, low := utf16.EncodeRune(r); {
		case r < utf8.RuneSelf:
			b.WriteRune(r)
		case high != utf8.RuneError:
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
