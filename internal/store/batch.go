package store

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/otel-activity/otel-activity/internal/model"
)

// Batch collects what one Write stores: rows encoded for COPY, their keys, what
// the counts need, and the resources that the rows refer to. It keeps nothing
// of what it is given. The zero value is ready; Reset makes it ready again and
// keeps its memory. A Batch is not safe for concurrent use.
type Batch struct {
	encoded   []byte
	entries   []entry
	resources []model.Resource

	// sorted and counts are scratch of Write, which may be called again with the
	// same batch and therefore leaves entries alone.
	sorted []entry
	counts counts
	sealer rowSealer
}

// extent is a part of Batch.encoded.
type extent struct{ start, end int }

// entry is what the writer knows of one row.
type entry struct {
	key
	// Where in Batch.encoded its fields are, see appendRow. What follows the
	// documents is made when the row is sent.
	start, identity, texts, documents, end int

	row             int // as counted by Append
	project, action extent
	source          model.Source
	status          model.Status
	severity        model.Severity
}

type key struct {
	at model.Micros
	id model.ID
}

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.at, other.at), bytes.Compare(k.id[:], other.id[:]))
}

// Append adds one activity as row number Len() and copies all that it needs.
func (b *Batch) Append(a *model.Activity) {
	e := entry{
		key:    key{at: a.OccurredAt, id: a.ID},
		row:    len(b.entries),
		source: a.Source, status: a.Status, severity: a.Severity,
	}
	b.encoded = appendRow(b.encoded, a, &e)
	b.entries = append(b.entries, e)
}

// AddResource adds a resource that rows refer to, and copies it. Adding it again
// is cheap.
func (b *Batch) AddResource(r *model.Resource) {
	for i := range b.resources {
		if b.resources[i].ID == r.ID {
			return
		}
	}
	b.resources = append(b.resources, model.Resource{
		ID:              r.ID,
		SchemaURL:       strings.Clone(r.SchemaURL),
		ScopeName:       strings.Clone(r.ScopeName),
		ScopeVersion:    strings.Clone(r.ScopeVersion),
		ScopeSchemaURL:  strings.Clone(r.ScopeSchemaURL),
		Attributes:      bytes.Clone(r.Attributes),
		ScopeAttributes: bytes.Clone(r.ScopeAttributes),
	})
}

// Len is the number of rows.
func (b *Batch) Len() int { return len(b.entries) }

// Reset empties the batch.
func (b *Batch) Reset() {
	b.encoded = b.encoded[:0]
	b.entries = b.entries[:0]
	b.resources = b.resources[:0]
}

// sort returns the rows in the order of the primary key, each key once. Writers
// that lock keys in one order can't deadlock.
func (b *Batch) sort() []entry {
	b.sorted = append(b.sorted[:0], b.entries...)
	slices.SortStableFunc(b.sorted, func(x, y entry) int { return x.compare(y.key) })
	return slices.CompactFunc(b.sorted, func(x, y entry) bool { return x.key == y.key })
}

func (b *Batch) text(s extent) []byte { return b.encoded[s.start:s.end] }
