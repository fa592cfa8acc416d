package importer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// lineReader reads lines of any length with bounded memory.
type lineReader struct {
	r      *bufio.Reader
	limit  int
	buf    []byte
	number int64
}

// errTooLong reports a line that was passed over; the next one can be read.
var errTooLong = errors.New("is too long")

func newLineReader(r io.Reader, limit int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 256<<10), limit: limit}
}

// next returns the next line without its end and the white space around it. The
// line is valid until the next call. Any error but errTooLong ends the input,
// io.EOF in order.
func (l *lineReader) next() ([]byte, error) {
	l.buf = l.buf[:0]
	tooLong := false
	for {
		part, err := l.r.ReadSlice('\n')
		started := len(part) > 0 || len(l.buf) > 0 || tooLong
		if !tooLong && len(l.buf)+len(part) > l.limit {
			tooLong, l.buf = true, l.buf[:0]
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			l.keep(part, tooLong)
			continue
		case err != nil && (!errors.Is(err, io.EOF) || !started):
			// A line that a read error cuts off is no line.
			return nil, err
		}
		l.number++
		if tooLong {
			return nil, fmt.Errorf("%w: more than %d bytes", errTooLong, l.limit)
		}
		if len(l.buf) == 0 {
			return l.trim(part), nil
		}
		l.keep(part, false)
		return l.trim(l.buf), nil
	}
}

func (l *lineReader) keep(part []byte, tooLong bool) {
	if !tooLong {
		l.buf = append(l.buf, part...)
	}
}

var byteOrderMark = []byte("\xef\xbb\xbf")

func (l *lineReader) trim(line []byte) []byte {
	if l.number == 1 {
		line = bytes.TrimPrefix(line, byteOrderMark)
	}
	return bytes.TrimSpace(line)
}
