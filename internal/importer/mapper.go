package importer

import (
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/semconv"
)

// ScopeName is the instrumentation scope of imported records.
const ScopeName = "github.com/otel-activity/otel-activity/cmd/activityctl"

var errNoTime = errors.New(`has no time that the map can read; give the map's "time" a "default" to keep such records`)

// Mapper maps the lines of one input, in their order. It is not safe for
// concurrent use.
type Mapper struct {
	m        *Map
	ids      *identities
	notes    notes
	observed pcommon.Timestamp
}

// NewMapper starts an import that observes its records at the given time.
func (m *Map) NewMapper(observed time.Time) *Mapper {
	return &Mapper{m: m, ids: newIdentities(m.salt), observed: pcommon.NewTimestampFromTime(observed)}
}

// Notes returns what the map's author should know about the lines so far.
func (mp *Mapper) Notes() []Note { return mp.notes.list() }

// NewLogs returns logs with the map's Resource and no record, and the place
// where records go.
func (mp *Mapper) NewLogs() (plog.Logs, plog.LogRecordSlice) {
	logs := plog.NewLogs()
	rl := logs.ResourceLogs().AppendEmpty()
	for _, n := range mp.m.resource {
		v, _ := n.expr.eval(&record{})
		putValue(rl.Resource().Attributes().PutEmpty(n.name), v)
	}
	sl := rl.ScopeLogs().AppendEmpty()
	sl.Scope().SetName(ScopeName)
	return logs, sl.LogRecords()
}

// Map appends the record of one line to records; number is for the Notes. The
// error completes the sentence "line n …".
func (mp *Mapper) Map(line []byte, number int64, records plog.LogRecordSlice) error {
	root, err := parseRecord(line)
	if err != nil {
		return err
	}
	mp.notes.line = number
	r := &record{root: root, foldCase: mp.m.foldCase, notes: &mp.notes}
	f := mp.m.fieldsOf(r)
	at, ok := f.time.eval(r)
	if !ok {
		return errNoTime
	}
	lr := records.AppendEmpty()
	lr.SetTimestamp(pcommon.Timestamp(at)) //nolint:gosec // an instant is never negative
	lr.SetObservedTimestamp(mp.observed)
	attributes := lr.Attributes()
	attributes.EnsureCapacity(16)
	attributes.PutStr(string(semconv.LogRecordUIDKey), mp.id(r, f, line, at))
	f.fill(r, lr)
	return nil
}

func (mp *Mapper) id(r *record, f *fields, line []byte, at instant) string {
	id := f.text(r, fieldID)
	if id == "" {
		return mp.ids.ofLine(line, at).String()
	}
	if mp.ids.again(id) {
		r.notes.add(textFieldNames[fieldID], noteRepeatedID, id)
	}
	return id
}

// fill writes everything but the times and the id.
func (f *fields) fill(r *record, lr plog.LogRecord) {
	attributes := lr.Attributes()
	putText := func(key, text string) {
		if text != "" {
			attributes.PutStr(key, text)
		}
	}
	action := f.text(r, fieldAction)
	lr.SetEventName(action)
	putText(string(semconv.ActivityActionKey), action)
	for _, p := range plainFields {
		putText(p.key, f.text(r, p.field))
	}
	setSeverity(lr, f.text(r, fieldSeverity))
	putText(actorKey(attributes), f.text(r, fieldActorID))
	if details := f.text(r, fieldDetails); details != "" {
		lr.Body().SetStr(details)
	}
	f.setTrace(r, lr)
	if seconds, ok := f.duration.eval(r); ok {
		attributes.PutDouble(string(semconv.ActivityDurationKey), seconds)
	}
	for _, n := range f.attributes {
		if v, path := n.expr.eval(r); v != nil {
			r.take(path)
			putValue(attributes.PutEmpty(n.name), v)
		}
	}
	f.putChanges(r, attributes)
	if metadata := f.metadata.eval(r); len(metadata) > 0 {
		putObject(attributes.PutEmptyMap(string(semconv.ActivityMetadataKey)), metadata)
	}
}

// actorKey returns where the actor's id goes: the convention has one name for
// users, which the whole of OpenTelemetry shares, and one for all others.
func actorKey(attributes pcommon.Map) string {
	kind, ok := attributes.Get(string(semconv.ActivityActorTypeKey))
	if !ok {
		kind, ok = attributes.Get(string(semconv.ActivitySourceKey))
	}
	if ok && kind.Str() == semconv.ActivityActorTypeUser {
		return string(semconv.UserIDKey)
	}
	return string(semconv.ActivityActorIDKey)
}

// severityNumbers are those that the convention's SDKs write.
var severityNumbers = map[string]plog.SeverityNumber{
	model.SeverityInfo.String():     plog.SeverityNumberInfo,
	model.SeverityNotice.String():   plog.SeverityNumberInfo2,
	model.SeverityWarning.String():  plog.SeverityNumberWarn,
	model.SeverityCritical.String(): plog.SeverityNumberError2,
}

func setSeverity(lr plog.LogRecord, word string) {
	if word == "" {
		return
	}
	lr.SetSeverityNumber(severityNumbers[word])
	lr.SetSeverityText(strings.ToUpper(word))
}

func (f *fields) setTrace(r *record, lr plog.LogRecord) {
	var trace pcommon.TraceID
	var span pcommon.SpanID
	if f.hexID(r, fieldTraceID, trace[:]) {
		lr.SetTraceID(trace)
	}
	if f.hexID(r, fieldSpanID, span[:]) {
		lr.SetSpanID(span)
	}
}

// hexID reads an id of the W3C trace context; a trace id in the form of a UUID is
// one, too.
func (f *fields) hexID(r *record, field textField, id []byte) bool {
	if f.texts[field] == nil {
		return false
	}
	text := f.text(r, field)
	if text == "" {
		return false
	}
	b, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(b) != len(id) {
		r.notes.add(textFieldNames[field], noteUnread, text)
		return false
	}
	copy(id, b)
	return true
}

func (f *fields) putChanges(r *record, attributes pcommon.Map) {
	if before := f.before.eval(r); len(before) > 0 {
		putObject(attributes.PutEmptyMap(string(semconv.ActivityChangesBeforeKey)), before)
	}
	if after := f.after.eval(r); len(after) > 0 {
		putObject(attributes.PutEmptyMap(string(semconv.ActivityChangesAfterKey)), after)
	}
	if f.changed == nil {
		return
	}
	v, path := f.changed.eval(r)
	var names []any
	switch v := v.(type) {
	case []any:
		names = v
	case map[string]any:
		// An object stands for the names of its members.
		for _, name := range sortedKeys(v) {
			names = append(names, name)
		}
		path = nil
	case nil:
		return
	default:
		names = []any{textOf(v)}
	}
	r.take(path)
	putValue(attributes.PutEmpty(string(semconv.ActivityChangesFieldsKey)), names)
}
