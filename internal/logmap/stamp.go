package logmap

import (
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/semconv"
)

var stampers = sync.Pool{New: func() any { return New(DefaultLimits(), time.Now) }}

// StampReceived completes a request that was received at t, so that its records
// have the same keys whenever they are mapped. It belongs before the queue, which
// merges requests, cuts them elsewhere and delivers them again:
//
//   - A record without any time gets t as its ObservedTimestamp.
//   - A time that can't be true is moved to an attribute, and t is observed.
//   - A record without an id gets the one that is derived from its content as its
//     log.record.uid. The ordinal among identical records is only right here,
//     where the request is still the client's.
//
// Records that have a time and an id are left alone.
func StampReceived(ld plog.Logs, t time.Time) {
	s := stamper{receivedAt: t}
	defer s.release()
	resources := ld.ResourceLogs()
	for i := range resources.Len() {
		scopes := resources.At(i).ScopeLogs()
		for j := range scopes.Len() {
			s.entered = false
			records := scopes.At(j).LogRecords()
			for k := range records.Len() {
				r := records.At(k)
				stampTimes(r, t)
				if !hasUID(r) {
					s.stampID(resources.At(i), scopes.At(j), r)
				}
			}
		}
	}
}

func stampTimes(r plog.LogRecord, t time.Time) {
	received := t.UnixNano()
	if ts := r.ObservedTimestamp(); ts != 0 && doubt(ts, received) != 0 {
		r.Attributes().PutStr(originalObservedKey, string(appendTimestamp(nil, ts)))
		r.SetObservedTimestamp(pcommon.NewTimestampFromTime(t))
	}
	if ts := r.Timestamp(); ts != 0 && doubt(ts, received) != 0 {
		r.Attributes().PutStr(originalTimeKey, string(appendTimestamp(nil, ts)))
		r.SetTimestamp(0)
	}
	if r.Timestamp() == 0 && r.ObservedTimestamp() == 0 {
		r.SetObservedTimestamp(pcommon.NewTimestampFromTime(t))
	}
}

func hasUID(r plog.LogRecord) bool {
	v, ok := r.Attributes().Get(string(semconv.LogRecordUIDKey))
	return ok && !isNothing(v)
}

// stamper has a Mapper only when a record needs one: those of our own SDKs don't.
type stamper struct {
	receivedAt time.Time
	mapper     *Mapper
	entered    bool // the Resource and Scope of the record
}

func (s *stamper) stampID(rl plog.ResourceLogs, sl plog.ScopeLogs, r plog.LogRecord) {
	if s.mapper == nil {
		s.mapper = stampers.Get().(*Mapper)
		s.mapper.begin(s.receivedAt)
	}
	m := s.mapper
	if !s.entered {
		s.entered = true
		m.enterResource(rl)
		m.enterScope(sl)
	}
	m.readAttributes(r)
	if _, ok := m.taken(fieldUID); ok {
		return // by another name
	}
	var a model.Activity
	m.setTimes(&a, r)
	r.Attributes().PutStr(string(semconv.LogRecordUIDKey), m.contentID(r, a.OccurredAt).String())
}

func (s *stamper) release() {
	if s.mapper != nil {
		s.mapper.end()
		stampers.Put(s.mapper)
	}
}
