package migration

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/store"
)

// openSource is an audit table that is read, and what turns its rows into those of the
// trail.
type openSource struct {
	migration  string
	name       string
	database   string
	state      *store.Migrations
	spec       *store.MigrationSpec
	definition *audit.Source
	reader     *audit.Reader
	wanted     func(table string) bool
	strange    map[string]bool // tables that were looked for
	mapper     *logmap.Mapper
	resources  map[int64]bool // of the activities that were made
}

// source opens the one audit table that is worked on.
func (r *Runner) source(m *store.Migration, s *store.MigrationSource) (*openSource, error) {
	if r.opened != nil && r.opened.migration == m.ID && r.opened.name == s.Name {
		return r.opened, nil
	}
	opened, err := r.open(m, s)
	if err != nil {
		return nil, err
	}
	r.opened = opened
	return opened, nil
}

func (r *Runner) open(m *store.Migration, s *store.MigrationSource) (*openSource, error) {
	found, err := definition(s)
	if err != nil {
		return nil, err
	}
	reader, err := audit.NewReader(found, m.Database, r.Omit, r.Mask)
	if err != nil {
		return nil, fmt.Errorf("read the audit table %s: %w", s.Name, err)
	}
	wanted, err := wantedTables(&m.Spec, found)
	if err != nil {
		return nil, err
	}
	return &openSource{
		migration: m.ID, name: s.Name, database: m.Database, state: r.state,
		spec: &m.Spec, definition: found, reader: reader, wanted: wanted, strange: map[string]bool{},
		mapper: logmap.New(logmap.DefaultLimits(), time.Now), resources: map[int64]bool{},
	}, nil
}

// wantedTables says of which tables the rows are for the trail. An audit table may have
// rows of others too, which are left to their triggers. Where no table is known, the row is
// the application's.
func wantedTables(spec *store.MigrationSpec, source *audit.Source) (func(table string) bool, error) {
	filter, err := auditedFilter(spec)
	if err != nil {
		return nil, err
	}
	return func(table string) bool {
		schema, name, known := strings.Cut(table, ".")
		return !known || source.Shape == audit.Mapped || filter.Match(schema, name)
	}, nil
}

// piece is a chunk of an audit table and the activities that it makes.
type piece struct {
	source    *openSource
	rng       audit.Range
	chunk     *audit.Chunk
	rows      *store.Batch
	refs      []logmap.Ref
	keys      []int64       // of the rows of the trail
	tables    []string      // as keys
	types     []string      // entity types, as keys
	startedAt time.Time     // when reading began
	took      time.Duration // to read
}

// read reads a chunk. What was put back before is left out: the trail has it from the log.
func (r *Runner) read(ctx context.Context, s *openSource, of audit.Range) (*piece, error) {
	p := &piece{source: s, rng: of, startedAt: time.Now(), rows: &store.Batch{}}
	var err error
	if p.chunk, err = s.reader.Read(ctx, r.Application, of); err != nil {
		return nil, err
	}
	if s.strangers(p.chunk) {
		if err := s.renew(ctx, r.Application, s.spec, r.Omit, r.Mask); err != nil {
			return nil, err
		}
		if p.chunk, err = s.reader.Read(ctx, r.Application, of); err != nil {
			return nil, err
		}
	}
	p.took = time.Since(p.startedAt)
	if p.chunk.Rows == 0 {
		return p, nil
	}
	restored, err := s.state.Restored(ctx, s.database, s.name, of.After, p.chunk.Last)
	if err != nil {
		return nil, err
	}
	s.fill(p, restored)
	return p, nil
}

// fill turns the records of a piece into rows of the trail.
func (s *openSource) fill(p *piece, restored map[int64]bool) {
	n := 0
	resource := func(of *model.Resource) {
		s.resources[of.ID] = true
		p.rows.AddResource(of)
	}
	s.mapper.MapLogs(p.chunk.Logs, time.Now(), resource, func(ref logmap.Ref, a *model.Activity) {
		key, table := p.chunk.Keys[n], p.chunk.Tables[n]
		n++
		if restored[key] || !s.wanted(table) {
			return
		}
		p.rows.Append(a)
		p.refs = append(p.refs, ref)
		p.keys, p.tables, p.types = append(p.keys, key), append(p.tables, table), append(p.types, a.EntityType)
	})
}

// write puts a piece into the trail. What is there already stays.
func (r *Runner) write(ctx context.Context, p *piece) (store.Result, error) {
	return r.writer.Write(ctx, p.rows, func(row int) []byte { return payload(p.chunk.Logs, p.refs[row]) })
}

// payload is what activity.rejected keeps of a record that the database refuses.
func payload(logs plog.Logs, ref logmap.Ref) []byte {
	var marshaler plog.ProtoMarshaler
	// An OTLP request has the form of its logs. What was made here can be marshaled.
	content, _ := marshaler.MarshalLogs(logmap.Single(logs, ref))
	return content
}

// problem tells of rows that make no activity; empty without any.
func (p *piece) problem() string {
	if len(p.chunk.Problems) == 0 {
		return ""
	}
	first := p.chunk.Problems[0]
	return fmt.Sprintf("%d of the rows with keys up to %d make no activity, such as %d: %v", len(p.chunk.Problems), p.chunk.Last, first.Key, first.Err)
}

// least is less than any key.
const least = math.MinInt64

func orLeast(key *int64) int64 {
	if key == nil {
		return least
	}
	return *key
}
