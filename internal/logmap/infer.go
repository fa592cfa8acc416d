package logmap

import (
	"math"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/semconv"
)

const (
	// walScope is the Scope of the records that the postgres_wal receiver makes.
	walScope = "github.com/otel-activity/otel-activity/receiver/postgreswalreceiver"

	actionOfNothing = "log"
	triggerTimer    = "timer"

	firstHTTPFailure     = 400
	firstErrorSeverity   = int32(plog.SeverityNumberError)
	greatestSeverity     = int32(plog.SeverityNumberFatal4)
	longestWord          = 16
	britishSpelling      = "cancelled"
	separatorOfHTTPParts = " "
)

// takeWord takes a value of an enumeration. A word that isn't one of it stays in
// Attributes, and what the column gets is inferred.
func (m *Mapper) takeWord(f field, rank uint8, key string, v pcommon.Value) {
	text := m.text(v)
	if text == "" && !isContainer(v) {
		return
	}
	word, ok := wordOf(f, text)
	switch {
	case !ok:
		m.stats.UnknownWords++
		m.leave(key, v)
	case f == fieldStatus && word == semconv.ActivityStatusUnknown:
		// Says that nobody knows: as good as absent.
	default:
		m.offer(f, rank, key, word, v)
	}
}

// wordOf returns the enumeration's own spelling of a word.
func wordOf(f field, text string) (word string, ok bool) {
	if word, ok = exactWord(f, text); ok || len(text) > longestWord {
		return word, ok
	}
	var lower [longestWord]byte
	for i := range len(text) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return exactWord(f, string(lower[:len(text)]))
}

// exactWord returns "" for a word that isn't one of the enumeration.
func exactWord(f field, text string) (word string, ok bool) {
	switch f {
	case fieldSource:
		var source model.Source
		if source, ok = model.ParseSource(text); ok {
			word = source.String()
		}
	case fieldStatus:
		if text == britishSpelling {
			return semconv.ActivityStatusCanceled, true
		}
		var status model.Status
		if status, ok = model.ParseStatus(text); ok {
			word = status.String()
		}
	case fieldSeverity:
		var severity model.Severity
		if severity, ok = model.ParseSeverity(text); ok {
			word = severity.String()
		}
	default:
		return actorType(text)
	}
	return word, ok
}

func actorType(text string) (string, bool) {
	switch text {
	case semconv.ActivityActorTypeUser:
		return semconv.ActivityActorTypeUser, true
	case semconv.ActivityActorTypeService:
		return semconv.ActivityActorTypeService, true
	case semconv.ActivityActorTypeAgent:
		return semconv.ActivityActorTypeAgent, true
	case semconv.ActivityActorTypeSystem:
		return semconv.ActivityActorTypeSystem, true
	case semconv.ActivityActorTypeAnonymous:
		return semconv.ActivityActorTypeAnonymous, true
	default:
		return "", false
	}
}

// takeHint keeps an attribute and what it says about source, status and action.
func (m *Mapper) takeHint(f field, key string, v pcommon.Value) {
	switch f {
	case fieldRepaired:
		m.record.repaired = v
		m.record.has |= hasRepaired
		return // written at the end, if the mapper has nothing to note itself
	case fieldOriginalTime:
		m.noteOriginal("time", m.text(v))
	case fieldOriginalObserved:
		m.noteOriginal("observed_time", m.text(v))
	case fieldHTTPMethod:
		m.record.method = m.text(v)
	case fieldHTTPRoute:
		m.record.route = m.text(v)
	default:
		m.record.hints |= m.hint(f, v)
	}
	m.leave(key, v)
}

func (m *Mapper) hint(f field, v pcommon.Value) hints {
	if v.Type() == pcommon.ValueTypeEmpty || v.Type() == pcommon.ValueTypeStr && v.Str() == "" {
		return 0
	}
	switch f {
	case fieldErrorType, fieldException:
		return hintError
	case fieldHTTPStatus:
		if status, ok := number(v); ok && status >= firstHTTPFailure {
			return hintHTTPFailure
		}
	case fieldOutgoing:
		return hintOutgoing
	case fieldIncoming:
		return hintIncoming
	case fieldPeer:
		return hintPeer
	case fieldCronJob:
		return hintScheduled
	case fieldTrigger:
		if v.Str() == triggerTimer {
			return hintScheduled
		}
	}
	return 0
}

// number reads a number, also out of text.
func number(v pcommon.Value) (float64, bool) {
	switch v.Type() {
	case pcommon.ValueTypeInt:
		return float64(v.Int()), true
	case pcommon.ValueTypeDouble:
		return v.Double(), true
	case pcommon.ValueTypeStr:
		f, err := strconv.ParseFloat(strings.TrimSpace(v.Str()), 64)
		return f, err == nil
	case pcommon.ValueTypeEmpty, pcommon.ValueTypeBool, pcommon.ValueTypeMap, pcommon.ValueTypeSlice, pcommon.ValueTypeBytes:
	}
	return 0, false
}

// takeDuration keeps what is no number of seconds in Attributes.
func (m *Mapper) takeDuration(key string, v pcommon.Value) {
	seconds, ok := number(v)
	switch {
	case !ok:
		if m.text(v) != "" || isContainer(v) {
			m.leave(key, v)
		}
	case math.IsNaN(seconds) || math.IsInf(seconds, 0):
		m.noteRepair("duration", kindNonFinite)
		m.leave(key, v)
	default:
		m.record.duration, m.record.hasDuration = seconds, true
	}
}

// action picks the first of the action's names that the record has.
func (m *Mapper) action(eventName string) string {
	s, ok := m.taken(fieldAction)
	if eventName != "" && (!ok || s.rank > rankEventName) {
		m.giveWay(fieldAction, eventName)
		return eventName
	}
	if eventName != "" && eventName != s.text {
		m.leaveText(string(semconv.EventNameKey), kindText, eventName)
	}
	if ok && s.rank < rankCodeFunction {
		return s.text
	}
	if m.record.method != "" && m.record.route != "" {
		request := m.arena.join(m.record.method, separatorOfHTTPParts, m.record.route)
		m.giveWay(fieldAction, request)
		return request
	}
	if ok {
		return s.text
	}
	return actionOfNothing
}

// setWords sets what has to be one of a few words.
func (m *Mapper) setWords(a *model.Activity, r plog.LogRecord) {
	number := m.severityNumber(r)
	a.SeverityNumber = int16(number) //nolint:gosec // 0 to 24
	a.Severity = m.severity(number, r.SeverityText())
	a.Source = m.source()
	a.Status = m.status(number)
}

func (m *Mapper) severityNumber(r plog.LogRecord) int32 {
	sent := int32(r.SeverityNumber())
	number := min(max(sent, 0), greatestSeverity)
	if number != sent {
		m.noteRepair("severity_number", kindRange)
		var digits [11]byte
		m.leaveText(originalNumberKey, kindNumber, m.arena.copyOf(strconv.AppendInt(digits[:0], int64(sent), 10)))
	}
	return number
}

// severity also keeps a text that says something else than the number does.
func (m *Mapper) severity(number int32, text string) model.Severity {
	severity := model.SeverityOfNumber(int(number))
	word, isWord := "", false
	if text != "" {
		word, isWord = wordOf(fieldSeverity, text)
	}
	if isWord {
		severity, _ = model.ParseSeverity(word)
	}
	if s, ok := m.taken(fieldSeverity); ok {
		severity, _ = model.ParseSeverity(s.text)
	}
	if text != "" && word != severity.String() && !strings.EqualFold(text, plog.SeverityNumber(number).String()) {
		m.leaveText(originalTextKey, kindText, text)
	}
	return severity
}

func (m *Mapper) source() model.Source {
	if s, ok := m.taken(fieldSource); ok {
		source, _ := model.ParseSource(s.text)
		return source
	}
	hints := m.record.hints | m.origin.hints
	switch {
	case m.origin.isWAL:
		return model.SourceDatabase
	case hints&hintScheduled != 0:
		return model.SourceScheduled
	case hints&hintUser != 0 || m.isUser():
		return model.SourceUser
	case hints&hintPeer != 0 || m.isOutgoingHTTP():
		return model.SourceIntegration
	default:
		return model.SourceSystem
	}
}

// isUser reports whether the actor's id is one of a user by its type.
func (m *Mapper) isUser() bool {
	_, hasID := m.taken(fieldActorID)
	s, hasType := m.taken(fieldActorType)
	return hasID && hasType && s.text == semconv.ActivityActorTypeUser
}

// isOutgoingHTTP tells a client's record from a server's, which has the same
// method but knows route and path instead of the whole URL.
func (m *Mapper) isOutgoingHTTP() bool {
	return m.record.method != "" && m.record.route == "" &&
		m.record.hints&(hintOutgoing|hintIncoming) == hintOutgoing
}

func (m *Mapper) status(severityNumber int32) model.Status {
	if s, ok := m.taken(fieldStatus); ok {
		status, _ := model.ParseStatus(s.text)
		return status
	}
	if m.record.hints&(hintError|hintHTTPFailure) != 0 || severityNumber >= firstErrorSeverity {
		return model.StatusFailure
	}
	return model.StatusUnknown
}
