package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// jsonText reads a document from its beginning to its end, straight into the value that
// goes on: most of what a migration reads is documents.
type jsonText struct {
	text  []byte
	at    int
	depth int
}

// deepest is more than what Postgres takes of nested documents by default, and less than
// what the readers downstream give up at.
const deepest = 10_000

var errJSONEnd = errors.New("the document ends in the middle of a value")

func (j *jsonText) fault() error {
	if j.at >= len(j.text) {
		return errJSONEnd
	}
	return fmt.Errorf("the document has %q at byte %d, where none may be", j.text[j.at], j.at)
}

func (j *jsonText) space() {
	for j.at < len(j.text) {
		switch j.text[j.at] {
		case ' ', '\t', '\n', '\r':
			j.at++
		default:
			return
		}
	}
}

// peek is the next byte that is no white space; 0 at the end.
func (j *jsonText) peek() byte {
	j.space()
	if j.at >= len(j.text) {
		return 0
	}
	return j.text[j.at]
}

func (j *jsonText) take(b byte) error {
	if j.peek() != b {
		return j.fault()
	}
	j.at++
	return nil
}

// end is an error when there is anything left.
func (j *jsonText) end() error {
	if j.space(); j.at < len(j.text) {
		return j.fault()
	}
	return nil
}

// members calls each for the members of an object, which has to take the value.
func (j *jsonText) members(each func(name []byte) error) error {
	if err := j.enter('{'); err != nil {
		return err
	}
	if j.peek() == '}' {
		return j.leave()
	}
	for {
		j.space()
		name, err := j.string()
		if err != nil {
			return err
		}
		if err := j.take(':'); err != nil {
			return err
		}
		j.space()
		if err := each(name); err != nil {
			return err
		}
		if j.peek() == '}' {
			return j.leave()
		}
		if err := j.take(','); err != nil {
			return err
		}
	}
}

func (j *jsonText) elements(each func() error) error {
	if err := j.enter('['); err != nil {
		return err
	}
	if j.peek() == ']' {
		return j.leave()
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if j.peek() == ']' {
			return j.leave()
		}
		if err := j.take(','); err != nil {
			return err
		}
	}
}

func (j *jsonText) enter(b byte) error {
	if j.depth++; j.depth > deepest {
		return fmt.Errorf("the document has more than %d levels", deepest)
	}
	return j.take(b)
}

func (j *jsonText) leave() error {
	j.depth--
	j.at++
	return nil
}

// value reads a value into to.
func (j *jsonText) value(to pcommon.Value) error {
	switch b := j.peek(); {
	case b == '"':
		text, err := j.string()
		to.SetStr(string(text))
		return err
	case b == '{':
		object := to.SetEmptyMap()
		return j.members(func(name []byte) error { return j.value(object.PutEmpty(string(name))) })
	case b == '[':
		list := to.SetEmptySlice()
		return j.elements(func() error { return j.value(list.AppendEmpty()) })
	case b == 't':
		to.SetBool(true)
		return j.word("true")
	case b == 'f':
		to.SetBool(false)
		return j.word("false")
	case b == 'n':
		return j.word("null")
	case b == '-' || (b >= '0' && b <= '9'):
		return j.number(to)
	}
	return j.fault()
}

func (j *jsonText) word(word string) error {
	if !bytes.HasPrefix(j.text[j.at:], []byte(word)) {
		return j.fault()
	}
	j.at += len(word)
	return nil
}

// string reads a string; what it returns may be part of the text.
func (j *jsonText) string() ([]byte, error) {
	if j.at >= len(j.text) || j.text[j.at] != '"' {
		return nil, j.fault()
	}
	start := j.at + 1
	length := bytes.IndexByte(j.text[start:], '"')
	if length < 0 {
		return nil, errJSONEnd
	}
	if plain := j.text[start : start+length]; isPlain(plain) {
		j.at = start + length + 1
		return plain, nil
	}
	return j.escaped(start)
}

func isPlain(text []byte) bool {
	for _, b := range text {
		if b == '\\' || b < ' ' {
			return false
		}
	}
	return true
}

// escaped leaves strings with escapes, which are few, to the standard library.
func (j *jsonText) escaped(start int) ([]byte, error) {
	end := start
	for end < len(j.text) && j.text[end] != '"' {
		if j.text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(j.text) {
		return nil, errJSONEnd
	}
	var text string
	if err := json.Unmarshal(j.text[start-1:end+1], &text); err != nil {
		return nil, fmt.Errorf("the document's string at byte %d: %w", start-1, err)
	}
	j.at = end + 1
	return []byte(text), nil
}

// number keeps a number that neither an int64 nor a double holds with all of its digits as
// text.
func (j *jsonText) number(to pcommon.Value) error {
	start := j.at
	for j.at < len(j.text) && strings.IndexByte("+-.eE0123456789", j.text[j.at]) >= 0 {
		j.at++
	}
	text := string(j.text[start:j.at])
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && isJSONInteger(text) {
		to.SetInt(n)
		return nil
	}
	if !json.Valid([]byte(text)) {
		j.at = start
		return j.fault()
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(f, 0) && keepsDigits(f, text) {
		to.SetDouble(f)
		return nil
	}
	to.SetStr(text)
	return nil
}

// isJSONInteger is false of the zeros in front that JSON has not.
func isJSONInteger(text string) bool {
	digits := strings.TrimPrefix(text, "-")
	return len(digits) == 1 || digits[0] != '0'
}

// sureDigits is how many decimal digits any double keeps.
const sureDigits = 15

// keepsDigits reports whether a double stands for a decimal number, but for zeros at its
// end.
func keepsDigits(f float64, text string) bool {
	mantissa, _, exponent := strings.Cut(strings.ToLower(text), "e")
	if !strings.Contains(mantissa, ".") && !exponent {
		return false // an integer of more than 64 bits: an id, perhaps
	}
	if len(mantissa) <= sureDigits {
		return f != 0 || strings.Trim(mantissa, "-0.") == ""
	}
	if exponent {
		return false
	}
	plain := strconv.FormatFloat(f, 'f', -1, 64)
	return strings.TrimRight(strings.TrimRight(text, "0"), ".") == strings.TrimSuffix(plain, ".0")
}

// unquote is a document's value as the text that ->> makes of it.
func unquote(raw []byte) string {
	if len(raw) > 0 && raw[0] == '"' {
		j := jsonText{text: raw}
		if text, err := j.string(); err == nil {
			return string(text)
		}
	}
	return string(raw)
}

// appendJSONString appends a text as a JSON string, with U+FFFD in place of what is no
// UTF-8.
func appendJSONString(to, text []byte) []byte {
	if isPlain(text) && bytes.IndexByte(text, '"') < 0 && utf8.Valid(text) {
		to = append(to, '"')
		to = append(to, text...)
		return append(to, '"')
	}
	quoted, _ := json.Marshal(string(text)) //nolint:errchkjson // a string always has a form
	return append(to, quoted...)
}

// skip passes over a value of a valid document.
func (j *jsonText) skip() { _ = j.value(pcommon.NewValueEmpty()) }
