package seal

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"slices"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a document: deeper ones Postgres refuses too.
const maxDepth = 6000

var errNotJSON = errors.New("not a JSON document")

// canonicalizer writes JSON documents in a form that is the same before and after
// Postgres stored them as jsonb, which reorders keys, keeps the last of those that
// are equal, and prints numbers and strings its own way. It keeps its memory and is
// not safe for concurrent use.
//
// The form is for hashing only: n, t, f; '"' and '#' with a length for strings and
// numbers; '[' … ']'; '{' … '}' with members by length of key, then key.
type canonicalizer struct {
	doc     []byte
	at      int
	depth   int
	members []member
	scratch []byte
}

// member is a key and its value in what has been written, from start to end.
type member struct {
	start, keyEnd, end int
	order              int
}

// append writes doc in its canonical form behind dst.
func (c *canonicalizer) append(dst, doc []byte) ([]byte, error) {
	c.doc, c.at, c.depth, c.members = doc, 0, 0, c.members[:0]
	dst, err := c.value(dst)
	if err == nil && c.peek() != 0 {
		err = errNotJSON
	}
	c.doc = nil
	return dst, err
}

// peek skips white space and returns the next byte, 0 at the end.
func (c *canonicalizer) peek() byte {
	for c.at < len(c.doc) {
		switch b := c.doc[c.at]; b {
		case ' ', '\t', '\n', '\r':
			c.at++
		default:
			return b
		}
	}
	return 0
}

func (c *canonicalizer) value(dst []byte) ([]byte, error) {
	switch b := c.peek(); b {
	case '"':
		return c.text(dst)
	case '{':
		return c.nested(dst, (*canonicalizer).object)
	case '[':
		return c.nested(dst, (*canonicalizer).array)
	case 'n':
		return c.word(dst, "null")
	case 't':
		return c.word(dst, "true")
	case 'f':
		return c.word(dst, "false")
	default:
		return c.number(dst)
	}
}

func (c *canonicalizer) word(dst []byte, word string) ([]byte, error) {
	if !bytes.HasPrefix(c.doc[c.at:], []byte(word)) {
		return dst, errNotJSON
	}
	c.at += len(word)
	return append(dst, word[0]), nil
}

func (c *canonicalizer) nested(dst []byte, read func(*canonicalizer, []byte) ([]byte, error)) ([]byte, error) {
	if c.depth++; c.depth > maxDepth {
		return dst, errNotJSON
	}
	c.at++
	dst, err := read(c, dst)
	c.depth--
	return dst, err
}

func (c *canonicalizer) array(dst []byte) ([]byte, error) {
	dst = append(dst, '[')
	for first := true; ; first = false {
		more, err := c.more(']', first)
		if err != nil || !more {
			return append(dst, ']'), err
		}
		if dst, err = c.value(dst); err != nil {
			return dst, err
		}
	}
}

// more steps over a comma, or over the end of an array or object.
func (c *canonicalizer) more(end byte, first bool) (bool, error) {
	switch b := c.peek(); {
	case b == end && first, b == end:
		c.at++
		return false, nil
	case first:
		return true, nil
	case b == ',':
		c.at++
		return true, nil
	default:
		return false, errNotJSON
	}
}

func (c *canonicalizer) object(dst []byte) ([]byte, error) {
	dst = append(dst, '{')
	begin, outer := len(dst), len(c.members)
	for first := true; ; first = false {
		more, err := c.more('}', first)
		if err != nil {
			return dst, err
		}
		if !more {
			break
		}
		if dst, err = c.member(dst, len(c.members)-outer); err != nil {
			return dst, err
		}
	}
	dst = c.arrange(dst, begin, c.members[outer:])
	c.members = c.members[:outer]
	return append(dst, '}'), nil
}

func (c *canonicalizer) member(dst []byte, order int) ([]byte, error) {
	m := member{start: len(dst), order: order}
	if c.peek() != '"' {
		return dst, errNotJSON
	}
	dst, err := c.text(dst)
	if err != nil {
		return dst, err
	}
	m.keyEnd = len(dst)
	if c.peek() != ':' {
		return dst, errNotJSON
	}
	c.at++
	if dst, err = c.value(dst); err != nil {
		return dst, err
	}
	m.end = len(dst)
	c.members = append(c.members, m)
	return dst, nil
}

// arrange sorts the members that were written from begin on. A key begins with
// its length, so that comparing the bytes compares lengths first, as jsonb does:
// what comes from Postgres is in order already.
func (c *canonicalizer) arrange(dst []byte, begin int, members []member) []byte {
	compare := func(a, b member) int { return bytes.Compare(dst[a.start:a.keyEnd], dst[b.start:b.keyEnd]) }
	ordered := true
	for i := 1; i < len(members) && ordered; i++ {
		ordered = compare(members[i-1], members[i]) < 0
	}
	if ordered {
		return dst
	}
	slices.SortFunc(members, func(a, b member) int { return cmp.Or(compare(a, b), cmp.Compare(a.order, b.order)) })
	c.scratch = c.scratch[:0]
	for i, m := range members {
		if i+1 == len(members) || compare(m, members[i+1]) != 0 {
			c.scratch = append(c.scratch, dst[m.start:m.end]...)
		}
	}
	return append(dst[:begin], c.scratch...)
}

// text writes a string, its escapes decoded.
func (c *canonicalizer) text(dst []byte) ([]byte, error) {
	dst = append(dst, '"', 0, 0, 0, 0)
	begin := len(dst)
	c.at++
	for c.at < len(c.doc) {
		plain := c.at
		for c.at < len(c.doc) && c.doc[c.at] != '"' && c.doc[c.at] != '\\' {
			c.at++
		}
		dst = append(dst, c.doc[plain:c.at]...)
		if c.at == len(c.doc) {
			break
		}
		if c.doc[c.at] == '"' {
			c.at++
			putLength(dst, begin)
			return dst, nil
		}
		var err error
		if dst, err = c.escape(dst); err != nil {
			return dst, err
		}
	}
	return dst, errNotJSON
}

// putLength writes how much follows into the four bytes before begin.
func putLength(dst []byte, begin int) {
	binary.BigEndian.PutUint32(dst[begin-4:], uint32(len(dst)-begin)) //nolint:gosec // documents are some MiB at most
}

var escapes = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (c *canonicalizer) escape(dst []byte) ([]byte, error) {
	if c.at+1 >= len(c.doc) {
		return dst, errNotJSON
	}
	kind := c.doc[c.at+1]
	if kind == 'u' {
		return c.escapedRune(dst)
	}
	c.at += 2
	if escapes[kind] == 0 {
		return dst, errNotJSON
	}
	return append(dst, escapes[kind]), nil
}

func (c *canonicalizer) escapedRune(dst []byte) ([]byte, error) {
	const surrogates, low, end = 0xd800, 0xdc00, 0xe000
	r, ok := c.hex4()
	if ok && r >= surrogates && r < end {
		second, paired := c.hex4()
		ok = paired && r < low && second >= low && second < end
		r = (r-surrogates)<<10 | (second - low) + 0x10000
	}
	if !ok {
		return dst, errNotJSON
	}
	return utf8.AppendRune(dst, r), nil
}

// hex4 reads \uXXXX.
func (c *canonicalizer) hex4() (rune, bool) {
	if c.at+6 > len(c.doc) || c.doc[c.at] != '\\' || c.doc[c.at+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, digit := range c.doc[c.at+2 : c.at+6] {
		switch {
		case digit >= '0' && digit <= '9':
			digit -= '0'
		case digit|0x20 >= 'a' && digit|0x20 <= 'f':
			digit = digit | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	c.at += 6
	return r, true
}
