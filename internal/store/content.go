package store

import (
	"encoding/binary"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/seal"
)

// erasedColumns stand in for what was erased.
var erasedColumns = []string{"identity_digest", "documents_digest"}

// contentColumns are what a content's hash is checked against, in the order of
// storedContent.
var contentColumns = projection("a." + strings.Join(slices.Concat(copyColumns, erasedColumns), ", a."))

// binaryResults asks for fields as COPY's binary format has them.
var binaryResults = pgx.QueryResultFormats{pgx.BinaryFormatCode}

// storedContent is a row as the database has it, in terms of its hash.
type storedContent struct {
	key
	content seal.Content
	digests seal.Digests
	hash    []byte // nil in rows of before there were hashes
}

// readContent reads a row of contentColumns. It copies what it keeps.
func readContent(fields [][]byte) storedContent {
	var c storedContent
	take := func(n int) [][]byte {
		taken := fields[:n]
		fields = fields[n:]
		return taken
	}
	fixed := take(len(fixedColumns))
	c.at = timestamp(fixed[0])
	copy(c.id[:], fixed[slices.Index(fixedColumns, "id")])
	c.content.Fixed = frame(fixed)
	c.content.Identity = frame(take(len(identityColumns)))
	c.content.Texts = frame(take(len(textColumns)))
	for i, document := range take(len(documentColumns)) {
		if document != nil {
			c.content.Documents[i] = slices.Clone(document[1:]) // behind jsonb's version
		}
	}
	rest := take(len(sealColumns) + len(erasedColumns))
	c.hash = slices.Clone(rest[1])
	c.digests = seal.Digests{Salt: slices.Clone(rest[0]), Identity: slices.Clone(rest[2]), Documents: slices.Clone(rest[3])}
	return c
}

// timestamp reads a timestamptz as COPY's binary format has it.
func timestamp(field []byte) model.Micros {
	return model.Micros(binary.BigEndian.Uint64(field)) + postgresEpoch //nolint:gosec // the bits are meant
}

func frame(fields [][]byte) []byte {
	var framed []byte
	for _, field := range fields {
		framed = seal.AppendField(framed, field)
	}
	return framed
}

// sum is the hash of what the row says now.
func (c *storedContent) sum(h *seal.Hasher) (seal.Digest, bool) { return h.Sum(&c.content, &c.digests) }

func (k key) leaf(hash seal.Digest) seal.Leaf {
	return seal.Leaf{At: k.at, ID: k.id, Fingerprint: hash.Fingerprint()}
}
