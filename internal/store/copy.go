package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

var _ io.Reader = (*copyStream)(nil)

var errStopped = errors.New("nobody waits for these rows any more")

// copyStream reads rows as COPY's binary format. Rows are hashed as they are read:
// Postgres is busy with those before them meanwhile.
type copyStream struct {
	mu      sync.Mutex // of all of it and, until stop, of the batch
	stopped bool

	batch   *Batch
	rows    []entry
	part    []byte // what is left of the header, a row or the trailer
	hashed  bool   // whether rows get a hash
	halfway bool   // whether all of the first row but its salt and hash went out
	ended   bool
}

func newCopyStream(b *Batch, rows []entry, hashed bool) *copyStream {
	return &copyStream{batch: b, rows: rows, part: []byte(copyHeader), hashed: hashed}
}

func (s *copyStream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return 0, errStopped
	}
	n := 0
	for n < len(p) && s.advance() {
		copied := copy(p[n:], s.part)
		s.part = s.part[copied:]
		n += copied
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// stop waits for a Read that is under way and has none follow. When a connection
// breaks, pgx returns from CopyFrom while its goroutine may still read, and the caller
// tries the same batch again, or fills it anew.
func (s *copyStream) stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
}

// advance makes part hold something, or says that nothing follows.
func (s *copyStream) advance() bool {
	switch {
	case len(s.part) > 0:
	case len(s.rows) > 0 && !s.halfway:
		e := &s.rows[0]
		s.part = s.batch.encoded[e.start:e.end]
		s.halfway = true
	case len(s.rows) > 0:
		s.part = s.seal(&s.rows[0])
		s.rows = s.rows[1:]
		s.halfway = false
	case !s.ended:
		s.part = []byte(copyTrailer)
		s.ended = true
	default:
		return false
	}
	return true
}

// seal returns the last two fields of a row.
func (s *copyStream) seal(e *entry) []byte {
	if !s.hashed {
		return noSeal
	}
	return s.batch.sealer.fields(s.batch.encoded, e)
}

// copyRows begins a transaction and copies rows into it.
func copyRows(ctx context.Context, conn *pgconn.PgConn, b *Batch, rows []entry, hashed bool) error {
	stream := newCopyStream(b, rows, hashed)
	defer stream.stop()
	_, err := conn.CopyFrom(ctx, stream, copyStatement)
	if refusal, ok := errors.AsType[*pgconn.PgError](err); ok && refusal.Code == codeFeatureNotSupported {
		// Postgres advises INSERT, which is nothing that anybody could set here.
		return fmt.Errorf("this role is subject to row-level security, under which there is no COPY: "+
			"connect as the owner of the schema activity, or give the role what the owner may (GRANT <owner> TO <role>) or BYPASSRLS (ALTER ROLE <role> BYPASSRLS): %w", err)
	}
	return err
}
