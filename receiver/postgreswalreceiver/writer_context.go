package postgreswalreceiver

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/semconv"
)

// writerContext is who is writing, for whom and in which trace: what a message in the
// transaction said of the rows behind it.
type writerContext struct {
	known   bool   // whether this transaction has said anything
	source  []byte // the message, to see that it is the same again
	valid   bool   // whether all of it could be read
	entries []entry
	trace   pcommon.TraceID
	span    pcommon.SpanID
	flags   plog.LogRecordFlags
}

type entry struct{ key, value string }

// told are the attributes that a message may set. What a row tells by itself isn't a
// matter of what an application says.
var told = map[string]bool{
	string(semconv.ActivityActorIDKey):        true,
	string(semconv.ActivityActorTypeKey):      true,
	string(semconv.ActivityOnBehalfOfIDKey):   true,
	string(semconv.ActivityOnBehalfOfTypeKey): true,
	string(semconv.ActivityProjectIDKey):      true,
	string(semconv.ActivityOperationIDKey):    true,
	string(semconv.ActivityReasonKey):         true,
	string(semconv.UserIDKey):                 true,
	string(semconv.UserNameKey):               true,
	string(semconv.ClientAddressKey):          true,
	string(semconv.UserAgentOriginalKey):      true,
	string(semconv.SessionIDKey):              true,
}

const traceparent = "traceparent"

// forget is for a new transaction.
func (w *writerContext) forget() { w.known = false }

// parse takes a message: a flat JSON object of texts. What it can't read it leaves out,
// and returns false: the rows themselves are worth more than that.
func (w *writerContext) parse(message []byte) (valid bool) {
	w.known = true
	if len(w.source) > 0 && bytes.Equal(w.source, message) {
		return w.valid
	}
	*w = writerContext{known: true, source: append(w.source[:0], message...), entries: w.entries[:0]}
	fields := map[string]any{}
	w.valid = json.Unmarshal(message, &fields) == nil
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		text, isText := fields[key].(string)
		switch {
		case !isText:
			w.valid = false
		case key == traceparent:
			w.valid = w.parseTrace(text) && w.valid
		case told[key] && text != "":
			w.entries = append(w.entries, entry{key, text})
		}
	}
	return w.valid
}

// parseTrace reads W3C's traceparent: version, trace, span and flags in hexadecimal.
func (w *writerContext) parseTrace(text string) bool {
	parts := strings.Split(text, "-")
	if len(parts) < 4 || len(parts[0]) != 2 || len(parts[1]) != 32 || len(parts[2]) != 16 || len(parts[3]) != 2 {
		return false
	}
	var trace pcommon.TraceID
	var span pcommon.SpanID
	var flags [1]byte
	_, err1 := hex.Decode(trace[:], []byte(parts[1]))
	_, err2 := hex.Decode(span[:], []byte(parts[2]))
	_, err3 := hex.Decode(flags[:], []byte(parts[3]))
	if err1 != nil || err2 != nil || err3 != nil {
		return false
	}
	w.trace, w.span, w.flags = trace, span, plog.LogRecordFlags(flags[0])
	return true
}

// put writes what is known into a record.
func (w *writerContext) put(record plog.LogRecord) {
	if !w.known {
		return
	}
	attributes := record.Attributes()
	for _, e := range w.entries {
		attributes.PutStr(e.key, e.value)
	}
	if !w.trace.IsEmpty() {
		record.SetTraceID(w.trace)
		record.SetSpanID(w.span)
		record.SetFlags(w.flags)
	}
}
