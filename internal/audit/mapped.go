package audit

import (
	"embed"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/importer"
	"github.com/otel-activity/otel-activity/semconv"
)

// maps describe the shapes that applications write.
//
//go:embed maps
var maps embed.FS

// mapped reads rows through an import map, as JSON.
type mapped struct {
	tables  *tables
	by      *importer.Map
	shape   Shape
	mapper  *importer.Mapper
	lines   int64
	records plog.LogRecordSlice
	line    []byte
}

func newMapped(s *Source, of *tables) (*mapped, error) {
	text := []byte(s.Map)
	if s.Shape != Mapped {
		var err error
		if text, err = maps.ReadFile("maps/" + string(s.Shape) + ".yaml"); err != nil {
			return nil, fmt.Errorf("read the import map of %s: %w", s, err)
		}
	}
	by, err := importer.LoadMap(text, nil)
	if err != nil {
		return nil, fmt.Errorf("read the import map of %s: %w", s, err)
	}
	return &mapped{tables: of, by: by, shape: s.Shape, records: plog.NewLogRecordSlice()}, nil
}

// linesOfMapper bounds what a mapper remembers of lines, for ids that aren't wanted here.
const linesOfMapper = 10_000

func (d *mapped) entry(r *row, record plog.LogRecord) (e entry, err error) {
	if d.mapper == nil || d.lines%linesOfMapper == 0 {
		d.mapper = d.by.NewMapper(time.Time{})
	}
	d.lines++
	d.line = appendRow(d.line[:0], r, d.shape)
	if err := d.mapper.Map(d.line, d.lines, d.records); err != nil {
		return e, err
	}
	d.records.At(0).MoveTo(record)
	d.records.RemoveIf(func(plog.LogRecord) bool { return true })

	attributes := record.Attributes()
	e.mapped = true
	e.at = record.Timestamp()
	e.wording = record.EventName()[strings.LastIndexByte(record.EventName(), '.')+1:]
	e.table = d.table(attributes)
	d.hide(attributes, e.table)
	e.id = attributeText(attributes, string(semconv.ActivityEntityIDKey))
	return e, nil
}

// table is what the entity's type names.
func (d *mapped) table(attributes pcommon.Map) *audited {
	name := attributeText(attributes, string(semconv.ActivityEntityTypeKey))
	schema, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		schema, rest = "public", name
	}
	return d.tables.table([]byte(schema), []byte(rest), 0)
}

// hide takes out what isn't for the trail.
func (*mapped) hide(attributes pcommon.Map, of *audited) {
	for _, side := range []string{keyBefore, keyAfter} {
		row, ok := attributes.Get(side)
		if !ok || row.Type() != pcommon.ValueTypeMap {
			continue
		}
		row.Map().RemoveIf(func(name string, v pcommon.Value) bool {
			c := of.column([]byte(name))
			if c.mask && v.Type() != pcommon.ValueTypeEmpty {
				v.SetStr(hidden)
			}
			return c.omit
		})
	}
	if fields, ok := attributes.Get(keyFields); ok && fields.Type() == pcommon.ValueTypeSlice {
		fields.Slice().RemoveIf(func(v pcommon.Value) bool { return of.column([]byte(v.AsString())).omit })
	}
	for i := range of.key {
		if c := of.column([]byte(of.key[i].Name)); c.omit || c.mask {
			attributes.PutStr(string(semconv.ActivityEntityIDKey), hidden)
		}
	}
}

func attributeText(attributes pcommon.Map, key string) string {
	v, ok := attributes.Get(key)
	if !ok {
		return ""
	}
	return v.AsString()
}
