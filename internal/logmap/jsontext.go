package logmap

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// isJSON reports whether text is a JSON document that begins with open.
func isJSON(text string, open byte) bool {
	trimmed := strings.TrimLeft(text, " \t\r\n")
	if trimmed == "" || trimmed[0] != open {
		return false
	}
	return json.Valid(unsafe.Slice(unsafe.StringData(text), len(text))) //nolint:gosec // Valid only reads
}

// text copies a valid JSON text, leaving out white space and repairing what
// jsonb refuses. Duplicate members stay: jsonb keeps the last of them as well.
func (w *jsonWriter) text(text string, depth int) {
	t := jsonText{w: w, s: text}
	t.value(depth)
}

// members copies the members of a valid JSON object into the object that is open.
func (w *jsonWriter) members(text string, depth int) {
	t := jsonText{w: w, s: text}
	t.space()
	t.i++ // the brace
	t.members(depth)
}

// jsonText reads a text that is known to be valid.
type jsonText struct {
	w *jsonWriter
	s string
	i int
}

func (t *jsonText) space() {
	for t.i < len(t.s) && (t.s[t.i] == ' ' || t.s[t.i] == '\t' || t.s[t.i] == '\n' || t.s[t.i] == '\r') {
		t.i++
	}
}

func (t *jsonText) value(depth int) {
	t.space()
	switch t.s[t.i] {
	case '{', '[':
		t.container(depth + 1)
	case '"':
		t.string()
	default:
		t.scalar()
	}
}

func (t *jsonText) container(depth int) {
	if t.w.tooDeep(depth) {
		t.skip()
		return
	}
	open := t.s[t.i]
	t.i++
	t.w.buf = append(t.w.buf, open)
	if open == '{' {
		t.members(depth)
		t.w.buf = append(t.w.buf, '}')
		return
	}
	t.elements(depth)
	t.w.buf = append(t.w.buf, ']')
}

// members reads up to and with the closing brace.
func (t *jsonText) members(depth int) {
	for t.next('}') {
		if t.w.buf[len(t.w.buf)-1] != '{' {
			t.w.buf = append(t.w.buf, ',')
		}
		t.string()
		t.space()
		t.i++ // the colon
		t.w.buf = append(t.w.buf, ':')
		t.value(depth)
	}
}

// elements reads up to and with the closing bracket.
func (t *jsonText) elements(depth int) {
	for first := true; t.next(']'); first = false {
		if !first {
			t.w.buf = append(t.w.buf, ',')
		}
		t.value(depth)
	}
}

// next moves to the next member or element, or past the end of its container.
func (t *jsonText) next(end byte) bool {
	t.space()
	if t.s[t.i] == ',' {
		t.i++
		t.space()
	}
	if t.s[t.i] == end {
		t.i++
		return false
	}
	return true
}

// skip passes over a container.
func (t *jsonText) skip() {
	for open := 0; ; t.i++ {
		switch t.s[t.i] {
		case '{', '[':
			open++
		case '}', ']':
			open--
			if open == 0 {
				t.i++
				return
			}
		case '"':
			t.i = t.endOfString()
		}
	}
}

// endOfString returns where the quote is that ends the string at i.
func (t *jsonText) endOfString() int {
	for i := t.i + 1; ; i++ {
		switch t.s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
}

// scalar copies a number or a word. numeric holds 131,072 digits before the
// point and 16,383 behind it; what no program means as a number becomes text.
func (t *jsonText) scalar() {
	start := t.i
	for t.i < len(t.s) && strings.IndexByte(",]} \t\r\n", t.s[t.i]) < 0 {
		t.i++
	}
	scalar := t.s[start:t.i]
	if isReasonable(scalar) {
		t.w.buf = append(t.w.buf, scalar...)
		return
	}
	t.w.found |= kindNonFinite
	t.w.string(scalar)
}

func isReasonable(number string) bool {
	const most = 1000
	digits, exponent := number, ""
	if e := strings.IndexAny(number, "eE"); e >= 0 && (number[0] == '-' || number[0] <= '9') {
		digits, exponent = number[:e], number[e+1:]
	}
	if len(digits) > most {
		return false
	}
	if exponent == "" {
		return true
	}
	power, err := strconv.Atoi(exponent)
	return err == nil && -most <= power && power <= most
}

// string copies the string at i.
func (t *jsonText) string() {
	end := t.endOfString()
	content := t.s[t.i+1 : end]
	t.i = end + 1

	t.w.buf = append(t.w.buf, '"')
	for {
		backslash := strings.IndexByte(content, '\\')
		if backslash < 0 {
			break
		}
		t.w.content(content[:backslash])
		content = t.escaped(content[backslash:])
	}
	t.w.content(content)
	t.w.buf = append(t.w.buf, '"')
}

// escaped writes the character whose escape s begins with and returns the rest.
func (t *jsonText) escaped(s string) string {
	if s[1] != 'u' {
		t.w.buf = append(t.w.buf, s[:2]...)
		return s[2:]
	}
	r, rest := hexRune(s), s[6:]
	if utf16.IsSurrogate(r) {
		low := rune(utf8.RuneError)
		if strings.HasPrefix(rest, `\u`) {
			low = hexRune(rest)
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			t.w.found |= kindUTF8
		} else {
			rest = rest[6:]
		}
	}
	var encoded [utf8.UTFMax]byte
	n := utf8.EncodeRune(encoded[:], r)
	t.w.content(view(encoded[:n]))
	return rest
}

// hexRune reads the four digits of an escape.
func hexRune(escape string) rune {
	code, _ := strconv.ParseUint(escape[2:6], 16, 16) // valid JSON has four of them
	return rune(code)
}
