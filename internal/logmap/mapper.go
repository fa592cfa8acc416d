package logmap

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
)

// Ref says where in a plog.Logs a record is.
type Ref struct{ Resource, Scope, Record int }

// Stats counts what one MapLogs did.
type Stats struct {
	// Records is how many records were mapped.
	Records int
	// Repaired is how many of them list something in activity.repaired.
	Repaired int
	// UnknownWords is how many values of enumerations were not understood.
	UnknownWords int
}

// Mapper turns log records into activities. It reuses its memory from record to
// record and is not safe for concurrent use: pool it.
type Mapper struct {
	limits Limits
	limit  [numFields]int
	now    func() time.Time

	// Of one MapLogs.
	receivedAt int64 // nanoseconds
	stats      Stats
	ordinals   map[[16]byte]uint32

	origin origin
	record record
	out    model.Activity

	json    jsonWriter
	canon   canonWriter
	arena   arena
	notes   []note
	entries entryLists

	metadataJSON   []byte
	changesJSON    []byte
	attributesJSON []byte
	bodyJSON       []byte

	// Bound once: binding them for each record costs an allocation each.
	onAttribute func(string, pcommon.Value) bool
	onMember    func(string, pcommon.Value) bool
	onEntry     func(string, pcommon.Value) bool
	onResource  func(string, pcommon.Value) bool
}

// New returns a Mapper. It asks now for the time of receipt when MapLogs is
// called without one.
func New(limits Limits, now func() time.Time) *Mapper {
	limits = limits.withDefaults()
	m := &Mapper{limits: limits, limit: limits.ofField(), now: now, ordinals: map[[16]byte]uint32{}}
	m.json.init(limits.Depth)
	m.canon.init()
	m.onAttribute = m.attribute
	m.onMember = m.member
	m.onEntry = m.entries.collect
	m.onResource = m.resourceAttribute
	return m
}

// MapLogs calls visit for each record of ld in order, and visitResource for each
// Resource with a Scope before the first record that came with it. What they get
// belongs to the Mapper: it is valid only during the call.
//
// receivedAt bounds the times that are believed, and stands in for those that
// are not. Records that are delivered a second time get the same keys only if
// StampReceived had them before the first time.
func (m *Mapper) MapLogs(ld plog.Logs, receivedAt time.Time, visitResource func(*model.Resource), visit func(ref Ref, a *model.Activity)) Stats {
	m.begin(receivedAt)
	defer m.end()

	resources := ld.ResourceLogs()
	for i := range resources.Len() {
		rl := resources.At(i)
		m.enterResource(rl)
		scopes := rl.ScopeLogs()
		for j := range scopes.Len() {
			sl := scopes.At(j)
			records := sl.LogRecords()
			if records.Len() == 0 {
				continue
			}
			visitResource(m.enterScope(sl))
			for k := range records.Len() {
				visit(Ref{Resource: i, Scope: j, Record: k}, m.mapRecord(records.At(k)))
			}
		}
	}
	return m.stats
}

func (m *Mapper) begin(receivedAt time.Time) {
	if receivedAt.IsZero() {
		receivedAt = m.now()
	}
	m.receivedAt = receivedAt.UnixNano()
	m.stats = Stats{}
	clear(m.ordinals)
}

// end lets go of the request, which the scratch memory still refers to, and of
// scratch memory that one odd request has blown up.
func (m *Mapper) end() {
	m.out = model.Activity{}
	m.record = record{}
	m.origin.forget()
	m.entries.forget()
	m.json.forget()
	m.canon.forget()
	m.arena.forget()
	for _, buf := range []*[]byte{&m.metadataJSON, &m.changesJSON, &m.attributesJSON, &m.bodyJSON} {
		shrink(buf)
	}
}

// keptScratch is the size up to which a buffer waits for the next request.
const keptScratch = 4 << 20

func shrink(buf *[]byte) {
	if cap(*buf) > keptScratch {
		*buf = nil
	}
}

// Single returns the one record with its Resource and Scope: what a dead letter
// carries.
func Single(ld plog.Logs, ref Ref) plog.Logs {
	single := plog.NewLogs()
	from := ld.ResourceLogs().At(ref.Resource)
	to := single.ResourceLogs().AppendEmpty()
	from.Resource().CopyTo(to.Resource())
	to.SetSchemaUrl(from.SchemaUrl())

	fromScope := from.ScopeLogs().At(ref.Scope)
	toScope := to.ScopeLogs().AppendEmpty()
	fromScope.Scope().CopyTo(toScope.Scope())
	toScope.SetSchemaUrl(fromScope.SchemaUrl())

	fromScope.LogRecords().At(ref.Record).CopyTo(toScope.LogRecords().AppendEmpty())
	return single
}
