package logmap

import (
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/semconv"
)

const (
	documentMetadata   = "metadata"
	documentChanges    = "changes"
	documentAttributes = "attributes"
	documentResource   = "resource"

	changesBefore = "before"
	changesAfter  = "after"
	changesFields = "fields"
)

// collect puts the members of a map into the target list; it always goes on.
func (l *entryLists) collect(key string, v pcommon.Value) bool {
	*l.target = append(*l.target, entry{key: key, value: v})
	return true
}

// takePart takes an attribute that is a column of its own or part of a document.
func (m *Mapper) takePart(f field, rank uint8, key string, v pcommon.Value) {
	l := &m.entries
	switch f {
	case fieldDuration:
		m.takeDuration(key, v)
	case fieldMetadata:
		m.takeMap(&l.metadata, v)
	case fieldMetadataEntry:
		l.metadata = append(l.metadata, entry{key: key[len(semconv.ActivityMetadataPrefix):], value: v})
	case fieldBatchSize:
		m.takeBatchSize(rank, key, v)
	case fieldBatchFailed:
		if !isNothing(v) {
			l.metadata = append(l.metadata, entry{key: batchFailedName, value: v})
		}
	case fieldChanges:
		m.takeChanges(key, v)
	case fieldChangesBefore:
		m.takeMap(&l.before, v)
	case fieldChangesBeforeEntry:
		l.before = append(l.before, entry{key: key[len(beforeEntryPrefix):], value: v})
	case fieldChangesAfter:
		m.takeMap(&l.after, v)
	case fieldChangesAfterEntry:
		l.after = append(l.after, entry{key: key[len(afterEntryPrefix):], value: v})
	case fieldChangesFields:
		m.takeFields(v)
	}
}

// isNothing reports whether a value is as good as absent.
func isNothing(v pcommon.Value) bool {
	return v.Type() == pcommon.ValueTypeEmpty || v.Type() == pcommon.ValueTypeStr && v.Str() == ""
}

// takeMap adds the members of a map, or of the text of a JSON object, to list.
func (m *Mapper) takeMap(list *[]entry, v pcommon.Value) {
	switch {
	case isNothing(v):
	case v.Type() == pcommon.ValueTypeMap:
		m.entries.target = list
		v.Map().Range(m.onEntry)
	case v.Type() == pcommon.ValueTypeStr && isJSON(v.Str(), '{'):
		*list = append(*list, entry{kind: kindMembers, text: v.Str()})
	default:
		*list = append(*list, entry{key: valueName, kind: kindWhole, value: v})
	}
}

func (m *Mapper) takeBatchSize(rank uint8, key string, v pcommon.Value) {
	rec := &m.record
	switch {
	case isNothing(v):
		return
	case rec.has&hasBatchSize == 0:
	case rank > rec.batchSizeRank:
		m.leave(key, v)
		return
	case rank < rec.batchSizeRank:
		m.leave(rec.batchSize.key, rec.batchSize.value)
	}
	rec.has |= hasBatchSize
	rec.batchSize, rec.batchSizeRank = entry{key: key, value: v}, rank
}

func (m *Mapper) takeChanges(key string, v pcommon.Value) {
	switch {
	case isNothing(v):
	case v.Type() == pcommon.ValueTypeMap:
		m.openGroup(key, v)
	case v.Type() == pcommon.ValueTypeStr && isJSON(v.Str(), '{'):
		m.entries.changes = append(m.entries.changes, entry{kind: kindMembers, text: v.Str()})
	default:
		m.leave(key, v)
	}
}

func (m *Mapper) takeFields(v pcommon.Value) {
	if isNothing(v) {
		return
	}
	m.record.has |= hasFields
	m.record.fields = entry{key: changesFields, value: v}
	if v.Type() == pcommon.ValueTypeStr && isJSON(v.Str(), '[') {
		m.record.fields.kind, m.record.fields.text = kindJSON, v.Str()
	}
}

// details returns what is displayed: the body, or what stands in for it. A body
// that is no string goes to the metadata too, as it is.
func (m *Mapper) details(body pcommon.Value) string {
	var text string
	switch body.Type() {
	case pcommon.ValueTypeStr:
		text = body.Str()
	case pcommon.ValueTypeEmpty:
	case pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
		m.json.open(m.bodyJSON)
		m.json.value(body, 0)
		m.bodyJSON = m.json.buf
		m.noteRepair(names[fieldDetails], m.json.found)
		text = view(m.bodyJSON)
		m.entries.metadata = append(m.entries.metadata, entry{key: bodyName, value: body})
	case pcommon.ValueTypeInt, pcommon.ValueTypeDouble, pcommon.ValueTypeBool, pcommon.ValueTypeBytes:
		text = m.text(body)
		m.entries.metadata = append(m.entries.metadata, entry{key: bodyName, value: body})
	}
	if text != "" {
		m.giveWay(fieldDetails, text)
		return text
	}
	if s, ok := m.taken(fieldDetails); ok {
		return s.text
	}
	return ""
}

// setDocuments comes last: what the other columns left goes to Attributes.
func (m *Mapper) setDocuments(a *model.Activity, r plog.LogRecord) {
	if m.record.has&hasBatchSize != 0 {
		size := m.record.batchSize
		size.key = batchSizeName
		m.entries.metadata = append(m.entries.metadata, size)
	}
	a.Metadata = m.document(&m.metadataJSON, documentMetadata, m.entries.metadata)
	a.Changes = m.changes()
	a.Attributes = m.attributes(r)
}

// document writes entries as an object into buf, and nothing when there are none.
func (m *Mapper) document(buf *[]byte, what string, entries []entry) []byte {
	if len(entries) == 0 {
		return nil
	}
	w := &m.json
	w.open(*buf)
	w.entries(entries, 1, m.limits.Document)
	*buf = w.buf
	m.noteRepair(what, w.found)
	return nonEmpty(*buf)
}

// nonEmpty returns nil for an object without members.
func nonEmpty(object []byte) []byte {
	if len(object) <= len("{}") {
		return nil
	}
	return object
}

func (m *Mapper) changes() []byte {
	l := &m.entries
	if len(l.changes) == 0 && len(l.before) == 0 && len(l.after) == 0 && m.record.has&hasFields == 0 {
		return nil
	}
	w, limit := &m.json, m.limits.Document
	w.open(m.changesJSON)
	w.buf = append(w.buf, '{')
	for i := range l.changes {
		w.limitedMember(&l.changes[i], 1, limit)
	}
	w.side(changesBefore, l.before, limit)
	w.side(changesAfter, l.after, limit)
	if m.record.has&hasFields != 0 {
		w.fields(&m.record.fields, limit)
	}
	w.buf = append(w.buf, '}')
	m.changesJSON = w.buf
	m.noteRepair(documentChanges, w.found)
	return nonEmpty(m.changesJSON)
}

// side writes one side of the changes. Where it is a single value instead of a
// map, it stands for itself.
func (w *jsonWriter) side(name string, entries []entry, limit int) {
	switch {
	case len(entries) == 0 || len(w.buf)+len(name)+len(`,"":{}}`) > limit:
		if len(entries) > 0 {
			w.found |= kindCut
		}
	case len(entries) == 1 && entries[0].kind == kindWhole:
		whole := entries[0]
		whole.key = name
		w.limitedMember(&whole, 1, limit)
	default:
		w.name(name)
		w.entries(entries, 2, limit)
	}
}

// fields writes the names of changed fields, which are always a list.
func (w *jsonWriter) fields(e *entry, limit int) {
	if e.kind == kindJSON || isContainer(e.value) {
		w.limitedMember(e, 1, limit)
		return
	}
	start := len(w.buf)
	w.name(e.key)
	w.buf = append(w.buf, '[')
	w.value(e.value, 2)
	w.buf = append(w.buf, ']')
	if len(w.buf)+1 > limit {
		w.found |= kindCut
		w.buf = w.buf[:start]
	}
}

func (m *Mapper) attributes(r plog.LogRecord) []byte {
	if dropped := r.DroppedAttributesCount(); dropped > 0 {
		var digits [10]byte
		m.leaveText(droppedAttributesKey, kindNumber, m.arena.copyOf(strconv.AppendUint(digits[:0], uint64(dropped), 10)))
	}
	if len(m.entries.attributes) == 0 && len(m.notes) == 0 && m.record.has&hasRepaired == 0 {
		return nil
	}
	w := &m.json
	w.open(m.attributesJSON)
	w.entries(m.entries.attributes, 1, m.limits.Document)
	w.buf = w.buf[:len(w.buf)-1] // the brace: the repairs follow
	m.noteRepair(documentAttributes, w.found)
	m.addRepairs()
	w.buf = append(w.buf, '}')
	m.attributesJSON = w.buf
	return nonEmpty(m.attributesJSON)
}

// addRepairs writes the list of repairs, or the one that was sent where there
// was nothing to repair.
func (m *Mapper) addRepairs() {
	w, key := &m.json, string(semconv.ActivityRepairedKey)
	if len(m.notes) == 0 && m.record.has&hasRepaired != 0 {
		start := len(w.buf)
		w.found = 0
		w.limitedMember(&entry{key: key, value: m.record.repaired}, 1, m.limits.Document)
		if w.found == 0 {
			return
		}
		w.buf = w.buf[:start]
		m.noteRepair(documentAttributes, w.found)
	}
	if len(m.notes) > 0 {
		m.stats.Repaired++
		w.appendNotes(key, m.notes)
	}
}
