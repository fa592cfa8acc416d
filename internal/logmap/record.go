package logmap

import (
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
)

// record is what is known of one record while its attributes are read.
type record struct {
	taken uint32 // which slots are filled, a bit each
	hints hints

	group string // whose members are being read

	method, route string
	duration      float64
	hasDuration   bool

	has           parts
	batchSize     entry // under the key that it came with
	batchSizeRank uint8
	fields        entry         // of the changes
	repaired      pcommon.Value // an activity.repaired that was sent

	slots [numSlots]slot
}

// slot is the best value seen for a column so far.
type slot struct {
	rank  uint8
	key   string
	text  string
	value pcommon.Value
}

// parts says which single values a record has.
type parts uint8

const (
	hasBatchSize parts = 1 << iota
	hasFields
	hasRepaired
)

// hints are what the record says about its source and status in passing.
type hints uint16

const (
	hintUser hints = 1 << iota
	hintError
	hintHTTPFailure
	hintScheduled
	hintPeer
	hintOutgoing
	hintIncoming
)

// mapRecord returns what r says; it is valid until the next call.
func (m *Mapper) mapRecord(r plog.LogRecord) *model.Activity {
	m.readAttributes(r)
	m.stats.Records++

	a := &m.out
	*a = model.Activity{}
	a.ResourceID = m.origin.resource.ID
	a.ServiceName = m.origin.service
	a.Environment = m.origin.environment
	a.TraceID = model.TraceID(r.TraceID())
	a.SpanID = model.SpanID(r.SpanID())
	m.setTimes(a, r)
	a.ID = m.identify(r, a.OccurredAt)

	a.Action = m.fit(fieldAction, m.action(r.EventName()))
	m.setWords(a, r)
	a.ProjectID = m.project()
	a.EntityType = m.column(fieldEntityType)
	a.EntityID = m.column(fieldEntityID)
	a.EntityName = m.column(fieldEntityName)
	a.ActorID = m.actor(a.Source)
	a.ActorType = m.column(fieldActorType)
	a.ActorName = m.column(fieldActorName)
	a.OnBehalfOf = m.column(fieldOnBehalfOf)
	a.OperationID = m.column(fieldOperation)
	a.Reason = m.column(fieldReason)
	a.ClientAddress = m.column(fieldClientAddress)
	a.Details = m.fit(fieldDetails, m.details(r.Body()))
	a.Duration, a.HasDuration = m.record.duration, m.record.hasDuration

	m.setDocuments(a, r)
	return a
}

// readAttributes sorts the attributes of r into slots, hints and entries.
func (m *Mapper) readAttributes(r plog.LogRecord) {
	rec := &m.record
	rec.taken, rec.hints, rec.has = 0, 0, 0
	rec.group, rec.method, rec.route = "", "", ""
	rec.hasDuration, rec.duration = false, 0
	m.notes = append(m.notes[:0], m.origin.notes...)
	m.arena.reset()
	m.entries.reset()
	r.Attributes().Range(m.onAttribute)
}

// attribute takes one attribute; it always goes on.
func (m *Mapper) attribute(key string, v pcommon.Value) bool {
	f, rank := classify(key)
	switch {
	case f == fieldFree:
		m.leave(key, v)
	case f < fieldSource:
		m.takeText(f, rank, key, v)
	case f < numSlots:
		m.takeWord(f, rank, key, v)
	case f == fieldGroup:
		m.openGroup(key, v)
	case f < fieldErrorType:
		m.takePart(f, rank, key, v)
	default:
		m.takeHint(f, key, v)
	}
	return true
}

// member takes one member of the group that is open.
func (m *Mapper) member(key string, v pcommon.Value) bool {
	return m.attribute(m.arena.join(m.record.group, ".", key), v)
}

func (m *Mapper) openGroup(key string, v pcommon.Value) {
	if v.Type() != pcommon.ValueTypeMap {
		m.leave(key, v)
		return
	}
	outer := m.record.group
	m.record.group = key
	v.Map().Range(m.onMember)
	m.record.group = outer
}

// leave keeps an attribute in Attributes.
func (m *Mapper) leave(key string, v pcommon.Value) {
	m.entries.attributes = append(m.entries.attributes, entry{key: key, value: v})
}

// leaveText keeps something that was no attribute in Attributes.
func (m *Mapper) leaveText(key string, kind entryKind, text string) {
	m.entries.attributes = append(m.entries.attributes, entry{key: key, kind: kind, text: text})
}

// text returns a scalar as text, and "" for everything else.
func (m *Mapper) text(v pcommon.Value) string {
	if s := v.Str(); s != "" {
		return s // nearly always
	}
	switch v.Type() {
	case pcommon.ValueTypeInt:
		var digits [20]byte
		return m.arena.copyOf(strconv.AppendInt(digits[:0], v.Int(), 10))
	case pcommon.ValueTypeDouble:
		var digits [32]byte
		return m.arena.copyOf(appendDouble(digits[:0], v.Double()))
	case pcommon.ValueTypeBool:
		return strconv.FormatBool(v.Bool())
	case pcommon.ValueTypeBytes:
		return m.arena.base64(v.Bytes().AsRaw())
	case pcommon.ValueTypeEmpty, pcommon.ValueTypeStr, pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
	}
	return ""
}

func isContainer(v pcommon.Value) bool {
	t := v.Type()
	return t == pcommon.ValueTypeMap || t == pcommon.ValueTypeSlice
}

func (m *Mapper) takeText(f field, rank uint8, key string, v pcommon.Value) {
	text := m.text(v)
	switch {
	case text == "" && !isContainer(v):
		return
	case text == "" || f == fieldUID && text == nilUUID:
		m.leave(key, v)
		return
	case f == fieldActorID && rank >= rankUserID:
		m.record.hints |= hintUser
	case f == fieldDetails && rank == rankException:
		m.record.hints |= hintError
	}
	m.offer(f, rank, key, text, v)
}

// offer puts a value into its slot if none of a better name is there. Which ever
// of the two goes is kept in Attributes, unless it says the same.
func (m *Mapper) offer(f field, rank uint8, key, text string, v pcommon.Value) {
	s := &m.record.slots[f]
	if m.record.taken&(1<<f) == 0 {
		m.record.taken |= 1 << f
	} else {
		switch {
		case rank > s.rank:
			if text != s.text {
				m.leave(key, v)
			}
			return
		case rank < s.rank && text != s.text:
			m.leave(s.key, s.value)
		}
	}
	// Field by field: a composite goes through the stack and takes 15 ns more.
	s.rank = rank
	s.key = key
	s.text = text
	s.value = v
}

// taken returns the slot of f if anything is in it.
func (m *Mapper) taken(f field) (*slot, bool) {
	return &m.record.slots[f], m.record.taken&(1<<f) != 0
}

// giveWay keeps what is in the slot of f in Attributes, because winner comes
// before it.
func (m *Mapper) giveWay(f field, winner string) {
	if s, ok := m.taken(f); ok && s.text != winner {
		m.leave(s.key, s.value)
	}
}

// column returns the text for the column f.
func (m *Mapper) column(f field) string {
	if s, ok := m.taken(f); ok {
		return m.fit(f, s.text)
	}
	return ""
}

func (m *Mapper) project() string {
	if project := m.column(fieldProject); project != "" {
		return project
	}
	return m.origin.project
}

// actor falls back on the application, which is what acts where no user does.
func (m *Mapper) actor(source model.Source) string {
	if id := m.column(fieldActorID); id != "" || source == model.SourceUser {
		return id
	}
	return m.origin.service
}
