package pgoutput

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// ErrEnded is returned when the server ends the stream in order, as it does when it is
// stopped.
var ErrEnded = errors.New("the server ended the stream")

// mostError is how large an error may be, in bytes.
const mostError = 1 << 20

// errMalformed is what no Postgres sends.
var errMalformed = errors.New("malformed message in the replication stream")

// Limits bound the memory of a message, in bytes.
type Limits struct {
	// Value is the most that is kept of one value.
	Value int
	// Message is the most that is kept of all values of a message together.
	Message int
}

// Stream reads messages. One goroutine may read at a time.
type Stream struct {
	r      *bufio.Reader
	limits Limits

	left int // bytes of the frame that are not read
	err  error
	kept []byte // what the values of the message point into
	m    Message
}

// Next reads the next message, skipping what says nothing of the data. The message is
// valid until the next call.
//
// An error of the server is a [*pgconn.PgError]; [ErrEnded] is an orderly end.
func (s *Stream) Next() (*Message, error) {
	for {
		kind, err := s.frame()
		if err != nil {
			return nil, err
		}
		switch kind {
		case 'd':
			known, err := s.copyData()
			if err != nil {
				return nil, err
			}
			if known {
				return &s.m, nil
			}
		case 'E':
			return nil, s.serverError()
		case 'c', 'C', 'Z':
			return nil, ErrEnded
		default: // a notice, a changed parameter
			s.skip(s.left)
			if s.err != nil {
				return nil, s.err
			}
		}
	}
}

func (s *Stream) frame() (kind byte, err error) {
	head, err := s.r.Peek(headSize)
	if err != nil {
		return 0, err
	}
	kind, s.left = head[0], int(binary.BigEndian.Uint32(head[1:]))-4
	if s.left < 0 {
		return 0, errMalformed
	}
	_, err = s.r.Discard(headSize)
	return kind, err
}

// copyData reads a frame of the stream into the message and reports whether it is one
// that means something.
func (s *Stream) copyData() (known bool, err error) {
	s.reset()
	switch s.byte() {
	case 'k':
		s.m.Kind = KindKeepalive
		s.m.LSN = LSN(s.uint64())
		s.m.ServerEnd = s.m.LSN
		s.uint64() // the server's clock
		s.m.ReplyRequested = s.byte() == 1
		known = true
	case 'w':
		s.m.LSN, s.m.ServerEnd = LSN(s.uint64()), LSN(s.uint64())
		s.uint64()
		known = s.change()
	}
	s.skip(s.left)
	if s.err != nil {
		return false, fmt.Errorf("read the replication stream at %s: %w", s.m.LSN, s.err)
	}
	return known, nil
}

func (s *Stream) reset() {
	m := &s.m
	*m = Message{Old: m.Old[:0], New: m.New[:0], Truncated: m.Truncated[:0]}
	// A huge message's memory isn't kept for the small ones.
	if cap(s.kept) > bufferSize && len(s.kept) < bufferSize {
		s.kept = nil
	}
	s.kept = s.kept[:0]
}

func (s *Stream) serverError() error {
	if s.left > mostError {
		return errMalformed
	}
	body := make([]byte, s.left)
	if _, err := io.ReadFull(s.r, body); err != nil {
		return err
	}
	var response pgproto3.ErrorResponse
	if err := response.Decode(body); err != nil {
		return err
	}
	return pgconn.ErrorResponseToPgError(&response)
}
