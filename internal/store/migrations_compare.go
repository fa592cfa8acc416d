package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/sql"
)

// ContentPart is a part of an activity that can differ.
type ContentPart int

// The parts.
const (
	PartFixed ContentPart = iota // times, words, entity, trace
	PartIdentity
	PartTexts
	PartMetadata
	PartChanges
	PartAttributes
	NumContentParts
)

// String names the columns of a part.
func (p ContentPart) String() string {
	return [...]string{"what was done to what", "who did it", "details or reason", "metadata", "changes", "attributes", ""}[p]
}

// ContentSum stands for the content of an activity: the same content has the same sum,
// whether it is to be written or was read.
type ContentSum uint64

// noSalt makes sums comparable: they are secrets of nobody, and are not kept.
var noSalt seal.Salt

// Summer makes sums of contents. It is not safe for concurrent use.
type Summer struct{ hasher seal.Hasher }

func (s *Summer) sum(c *seal.Content) ContentSum {
	digest := s.hasher.Hash(c, &noSalt)
	return ContentSum(binary.BigEndian.Uint64(digest[:]))
}

// parts are the sums of each part by itself.
func (s *Summer) parts(c *seal.Content) (parts [NumContentParts]ContentSum) {
	one := []seal.Content{
		PartFixed: {Fixed: c.Fixed}, PartIdentity: {Identity: c.Identity}, PartTexts: {Texts: c.Texts},
	}
	for i := range c.Documents {
		var document seal.Content
		document.Documents[i] = c.Documents[i]
		one = append(one, document)
	}
	for i := range one {
		parts[i] = s.sum(&one[i])
	}
	return parts
}

// ComparedRow is an activity, as it should be or as the trail has it.
type ComparedRow struct {
	At  model.Micros
	ID  model.ID
	Sum ContentSum
	// Parts are set where they were asked for.
	Parts [NumContentParts]ContentSum
	// These say where it comes from; of a row to be written they are empty.
	EntityType, Source string
	Key                int64
}

// Expected calls visit for each row of a batch, by the number that Append gave it.
func (s *Summer) Expected(b *Batch, withParts bool, visit func(row int, r *ComparedRow)) {
	for i := range b.entries {
		e := &b.entries[i]
		content := contentOf(b.encoded, e)
		r := ComparedRow{At: e.at, ID: e.id, Sum: s.sum(&content)}
		if withParts {
			r.Parts = s.parts(&content)
		}
		visit(e.row, &r)
	}
}

// Stored calls visit for each activity of some resources with from <= occurred_at < to, in
// no order.
func (m *Migrations) Stored(ctx context.Context, s *Summer, resources []int64, from, to time.Time, withParts bool, visit func(*ComparedRow)) error {
	rows, err := m.pool.Query(ctx, compose(sql.MigrationRows, contentColumns, ""), binaryResults, resources, from, to)
	if err != nil {
		return fmt.Errorf("read what is in the trail: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		fields := rows.RawValues()
		content, origin := readContent(fields), fields[len(fields)-3:]
		r := ComparedRow{
			At: content.at, ID: content.id, Sum: s.sum(&content.content),
			EntityType: string(origin[0]), Source: string(origin[1]),
		}
		// A key that is none is the work of somebody else, who is told of it as of any other.
		r.Key, _ = strconv.ParseInt(string(origin[2]), 10, 64)
		if withParts {
			r.Parts = s.parts(&content.content)
		}
		visit(&r)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read what is in the trail: %w", err)
	}
	return nil
}
