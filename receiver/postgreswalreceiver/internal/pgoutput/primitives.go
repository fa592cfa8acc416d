package pgoutput

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// These read a frame. After an error, or beyond the frame's end, they return zeros; the
// error stays in s.err.

func (s *Stream) need(n int) []byte {
	if s.err == nil && n > s.left {
		s.err = errMalformed
	}
	if s.err != nil {
		return nil
	}
	b, err := s.r.Peek(n)
	if err != nil {
		s.err = noEOF(err)
		return nil
	}
	return b
}

func (s *Stream) used(n int) {
	_, _ = s.r.Discard(n) // it was peeked
	s.left -= n
}

func (s *Stream) byte() byte {
	b := s.need(1)
	if b == nil {
		return 0
	}
	v := b[0]
	s.used(1)
	return v
}

func (s *Stream) uint16() int {
	b := s.need(2)
	if b == nil {
		return 0
	}
	v := int(binary.BigEndian.Uint16(b))
	s.used(2)
	return v
}

func (s *Stream) uint32() uint32 {
	b := s.need(4)
	if b == nil {
		return 0
	}
	v := binary.BigEndian.Uint32(b)
	s.used(4)
	return v
}

func (s *Stream) uint64() uint64 {
	b := s.need(8)
	if b == nil {
		return 0
	}
	v := binary.BigEndian.Uint64(b)
	s.used(8)
	return v
}

// string reads to a zero. Names have 63 bytes at most, but an application chooses the
// prefixes of its messages: of one that is larger than the buffer it keeps the beginning.
func (s *Stream) string() string {
	kept := ""
	for s.err == nil {
		b, err := s.r.ReadSlice(0)
		full := errors.Is(err, bufio.ErrBufferFull)
		switch {
		case err != nil && !full:
			s.err = noEOF(err)
		case len(b) > s.left:
			s.err = errMalformed
		}
		if s.err != nil {
			break
		}
		s.left -= len(b)
		if kept == "" {
			kept = string(b)
		}
		if !full {
			return strings.TrimSuffix(kept, "\x00")
		}
	}
	return ""
}

// value reads n bytes and keeps as many as the limits allow.
func (s *Stream) value(n int) Value {
	if s.err == nil && (n < 0 || n > s.left) {
		s.err = errMalformed
	}
	if s.err != nil {
		return Value{}
	}
	kept := min(n, s.limits.Value, max(0, s.limits.Message-len(s.kept)))
	start := len(s.kept)
	s.kept = append(s.kept, make([]byte, kept)...)
	text := s.kept[start:]
	if _, err := io.ReadFull(s.r, text); err != nil {
		s.err = noEOF(err)
		return Value{}
	}
	s.left -= kept
	s.skip(n - kept)
	return Value{Text: text, Size: n, State: Text}
}

func (s *Stream) skip(n int) {
	if s.err != nil {
		return
	}
	skipped, err := s.r.Discard(n)
	s.left -= skipped
	if err != nil {
		s.err = noEOF(err)
	}
}

// noEOF says that an end within a message is none in order.
func noEOF(err error) error {
	if err == io.EOF { //nolint:errorlint // bufio returns it as it is
		return io.ErrUnexpectedEOF
	}
	return err
}
