package pgoutput

import (
	"bufio"
	"encoding/binary"
	"io"
)

// bufferSize holds some hundred messages of usual rows.
const bufferSize = 64 << 10

const headSize = 5 // a message's kind and its length without the kind

// Frames lets pgproto3 read a connection one message at a time, and no byte further: what
// it would have read ahead of the stream's beginning would be lost with it.
type Frames struct {
	r    *bufio.Reader
	left int // of the message that is being read
}

// NewFrames makes Frames over a connection.
func NewFrames(r io.Reader) *Frames {
	return &Frames{r: bufio.NewReaderSize(r, bufferSize)}
}

// Read implements [io.Reader]. It never goes beyond the end of a message.
func (f *Frames) Read(p []byte) (int, error) {
	if f.left == 0 {
		head, err := f.r.Peek(headSize)
		if err != nil {
			return 0, err
		}
		f.left = 1 + int(binary.BigEndian.Uint32(head[1:]))
	}
	n, err := f.r.Read(p[:min(len(p), f.left)])
	f.left -= n
	return n, err
}

// Stream takes the connection over, from the next message on.
func (f *Frames) Stream(limits Limits) *Stream {
	return &Stream{r: f.r, limits: limits}
}
