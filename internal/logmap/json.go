package logmap

import (
	"encoding/base64"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// jsonWriter appends JSON that jsonb takes: valid UTF-8, no \u0000, no number
// that isn't finite. Members keep the order in which they came.
type jsonWriter struct {
	buf      []byte
	found    kinds // what had to be changed
	maxDepth int

	frames []entry // the members of the maps being written, inner after outer
	seen   map[string]int

	onMember func(string, pcommon.Value) bool
}

const (
	// replacement stands for what isn't a character, and for NUL.
	replacement = "\uFFFD"
	// ellipsis marks what was cut.
	ellipsis = "…"
)

func (w *jsonWriter) init(maxDepth int) {
	w.maxDepth = maxDepth
	w.seen = map[string]int{}
	w.onMember = func(key string, value pcommon.Value) bool {
		w.frames = append(w.frames, entry{key: key, value: value})
		return true
	}
}

func (w *jsonWriter) forget() {
	w.buf = nil
	forgetEntries(&w.frames)
}

// value writes v, which is nested in depth maps and lists.
func (w *jsonWriter) value(v pcommon.Value, depth int) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		w.string(v.Str())
	case pcommon.ValueTypeInt:
		w.buf = strconv.AppendInt(w.buf, v.Int(), 10)
	case pcommon.ValueTypeDouble:
		w.double(v.Double())
	case pcommon.ValueTypeBool:
		w.buf = strconv.AppendBool(w.buf, v.Bool())
	case pcommon.ValueTypeBytes:
		w.buf = append(w.buf, '"')
		w.buf = base64.StdEncoding.AppendEncode(w.buf, v.Bytes().AsRaw())
		w.buf = append(w.buf, '"')
	case pcommon.ValueTypeMap:
		w.object(v.Map(), depth+1)
	case pcommon.ValueTypeSlice:
		w.list(v.Slice(), depth+1)
	case pcommon.ValueTypeEmpty:
		w.buf = append(w.buf, "null"...)
	}
}

func (w *jsonWriter) object(members pcommon.Map, depth int) {
	if w.tooDeep(depth) {
		return
	}
	first := len(w.frames)
	members.Range(w.onMember)
	last := len(w.frames)
	skipDuplicates(w.frames[first:last], w.seen)

	w.buf = append(w.buf, '{')
	for i := first; i < last; i++ {
		if e := w.frames[i]; !e.skip {
			w.name(e.key)
			w.memberValue(&e, depth)
		}
	}
	w.buf = append(w.buf, '}')
	w.frames = w.frames[:first]
}

func (w *jsonWriter) list(values pcommon.Slice, depth int) {
	if w.tooDeep(depth) {
		return
	}
	w.buf = append(w.buf, '[')
	for i := range values.Len() {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.value(values.At(i), depth)
	}
	w.buf = append(w.buf, ']')
}

func (w *jsonWriter) tooDeep(depth int) bool {
	if depth <= w.maxDepth {
		return false
	}
	w.found |= kindDepth
	w.buf = append(w.buf, `"`+ellipsis+`"`...)
	return true
}

// memberValue writes the value of e, after its name.
func (w *jsonWriter) memberValue(e *entry, depth int) {
	switch e.kind {
	case kindValue, kindWhole:
		w.value(e.value, depth)
	case kindText:
		w.string(e.text)
	case kindNumber:
		w.buf = append(w.buf, e.text...)
	case kindJSON, kindMembers:
		w.text(e.text, depth)
	}
}

// name writes a key, with the comma before it where it needs one: a brace that
// isn't the object's own can't be last, because a string would end in a quote.
func (w *jsonWriter) name(key string) {
	if w.buf[len(w.buf)-1] != '{' {
		w.buf = append(w.buf, ',')
	}
	w.string(key)
	w.buf = append(w.buf, ':')
}

// double writes the shortest digits that are read back as the same number.
func (w *jsonWriter) double(f float64) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		w.found |= kindNonFinite
		w.buf = append(w.buf, '"')
		w.buf = appendDouble(w.buf, f)
		w.buf = append(w.buf, '"')
		return
	}
	w.buf = appendDouble(w.buf, f)
}

// appendDouble writes whole numbers without a fraction and without an exponent,
// as they would be written by hand.
func appendDouble(b []byte, f float64) []byte {
	switch magnitude := math.Abs(f); {
	case math.IsNaN(f):
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	case magnitude < 1e12 && math.Trunc(f*1e3) == f*1e3 && math.Trunc(f*1e3)/1e3 == f && !math.Signbit(f):
		return appendThousandths(b, uint64(f*1e3))
	case magnitude != 0 && (magnitude < 1e-6 || magnitude >= 1e21):
		return strconv.AppendFloat(b, f, 'e', -1, 64)
	default:
		return strconv.AppendFloat(b, f, 'f', -1, 64)
	}
}

// appendThousandths writes amounts and durations, most of which have no more than
// three decimals, in a tenth of the time of the general way. With 15 digits no
// two decimals are the same double, so these are the shortest digits, too.
func appendThousandths(b []byte, n uint64) []byte {
	b = strconv.AppendUint(b, n/1000, 10)
	fraction := n % 1000
	if fraction == 0 {
		return b
	}
	b = append(b, '.', byte('0'+fraction/100))
	if fraction %= 100; fraction != 0 {
		b = append(b, byte('0'+fraction/10))
		if fraction %= 10; fraction != 0 {
			b = append(b, byte('0'+fraction))
		}
	}
	return b
}

// plain tells the ASCII characters that a JSON string holds as they are.
var plain = func() (table [utf8.RuneSelf]bool) {
	for c := range table {
		table[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return table
}()

func (w *jsonWriter) string(s string) {
	if isPlain(s) {
		w.buf = append(slices.Grow(w.buf, len(s)+2), '"')
		w.buf = append(w.buf, s...)
		w.buf = append(w.buf, '"')
		return
	}
	w.buf = append(w.buf, '"')
	w.content(s)
	w.buf = append(w.buf, '"')
}

// content writes s as the inside of a string.
func (w *jsonWriter) content(s string) {
	done := 0
	for i := 0; i < len(s); {
		if i+8 <= len(s) && isPlainWord(s[i:i+8]) {
			i += 8
			continue
		}
		c := s[i]
		if c < utf8.RuneSelf {
			if !plain[c] {
				w.buf = append(w.buf, s[done:i]...)
				w.escape(c)
				done = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			w.found |= kindUTF8
			w.buf = append(w.buf, s[done:i]...)
			w.buf = append(w.buf, replacement...)
			done = i + 1
		}
		i += size
	}
	w.buf = append(w.buf, s[done:]...)
}

// isPlain reports whether a JSON string holds s as it is. It may say no of one
// that does.
func isPlain(s string) bool {
	if len(s) < 8 {
		for i := range len(s) {
			if s[i] >= utf8.RuneSelf || !plain[s[i]] {
				return false
			}
		}
		return true
	}
	for i := 0; i < len(s)-8; i += 8 {
		if !isPlainWord(s[i : i+8]) {
			return false
		}
	}
	return isPlainWord(s[len(s)-8:])
}

// isPlainWord reports whether eight characters are all plain, at one look: a byte's
// high bit is set in word where it isn't ASCII, and in the differences where it
// is less than a space, or a quote or a backslash. A borrow from a lower byte may
// report a plain character as not plain, which only costs the slower look.
func isPlainWord(s string) bool {
	const (
		ones      = 0x0101010101010101
		highs     = 0x80 * ones
		spaces    = ' ' * ones
		quotes    = '"' * ones
		backslash = '\\' * ones
	)
	word := wordAt(s)
	return (word|(word-spaces)|((word^quotes)-ones)|((word^backslash)-ones))&highs == 0
}

func (w *jsonWriter) escape(c byte) {
	switch c {
	case '"', '\\':
		w.buf = append(w.buf, '\\', c)
	case '\n':
		w.buf = append(w.buf, '\\', 'n')
	case '\r':
		w.buf = append(w.buf, '\\', 'r')
	case '\t':
		w.buf = append(w.buf, '\\', 't')
	case 0:
		w.found |= kindNUL
		w.buf = append(w.buf, replacement...)
	default:
		const digits = "0123456789abcdef"
		w.buf = append(w.buf, '\\', 'u', '0', '0', digits[c>>4], digits[c&0xF])
	}
}
