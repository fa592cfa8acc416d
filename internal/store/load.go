package store

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"
)

var _ io.Reader = (*loadStream)(nil)

// loadStream reads the rows of many batches as one COPY.
type loadStream struct {
	next    func() *Batch
	current *copyStream
	ended   bool
}

func (s *loadStream) Read(p []byte) (int, error) {
	for {
		if s.current != nil {
			if n, err := s.current.Read(p); n > 0 || err == nil {
				return n, err
			}
		}
		if s.ended {
			return 0, io.EOF
		}
		s.advance()
	}
}

// advance goes on with the next batch, behind the header or with nothing but the
// trailer.
func (s *loadStream) advance() {
	first := s.current == nil
	b := s.next()
	switch {
	case b != nil:
		s.current = &copyStream{batch: b, rows: b.sort(), ended: true}
	default:
		s.ended = true
		s.current = &copyStream{part: []byte(copyTrailer), ended: true}
	}
	if first {
		s.current.part = append([]byte(copyHeader), s.current.part...)
	}
}

// Load copies rows into a table like activity.activity that the transaction has made:
// a partition to be, which gets its indexes, its counts and its batch row afterwards.
// That is for trails of many millions; a Writer does all of it and takes rows that are
// there already. The rows have no hashes.
//
// next returns one batch after the other, nil at the end. A batch is free again when
// next is called again.
func Load(ctx context.Context, tx pgx.Tx, table pgx.Identifier, next func() *Batch) (int64, error) {
	statement := "COPY " + table.Sanitize() + " (" + strings.Join(copyColumns, ", ") + ") FROM STDIN (FORMAT binary, FREEZE)"
	tag, err := tx.Conn().PgConn().CopyFrom(ctx, &loadStream{next: next}, statement)
	if err != nil {
		return 0, fmt.Errorf("copy into %s: %w", table.Sanitize(), err)
	}
	return tag.RowsAffected(), nil
}

// LoadResources adds what rows of b refer to, for rows that Load copies.
func LoadResources(ctx context.Context, conn *pgx.Conn, b *Batch) error {
	var cache resourceCache
	return cache.store(ctx, conn, b.resources)
}
