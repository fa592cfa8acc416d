package audit

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

// timeLayouts are those of a timestamptz, as Postgres prints it in the style ISO, and as
// its documents have it. A fraction needs no place in a layout.
var timeLayouts = [...]string{
	"2006-01-02 15:04:05-07", "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05-07:00:00",
	"2006-01-02T15:04:05-07:00", "2006-01-02T15:04:05-07:00:00",
}

func parseTime(text string) (t time.Time, ok bool) {
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// OTLP carries nanoseconds since 1970 in 64 bits; years within these fit.
const firstYear, lastYear = 1970, 2261

// timestamp reads the time of an audit row.
func timestamp(text []byte) (pcommon.Timestamp, error) {
	t, ok := parseTime(string(text))
	if !ok {
		return 0, fmt.Errorf("the time %q can't be read", text)
	}
	if t = t.UTC(); t.Year() < firstYear || t.Year() > lastYear {
		return 0, fmt.Errorf("the time %q is not between the years %d and %d", text, firstYear, lastYear)
	}
	return pcommon.NewTimestampFromTime(t), nil
}

// logText is a value as the log prints it, of a value of that type in a document or an
// hstore, whose times have another form or zone.
func logText(oid uint32, text string) string {
	switch oid {
	case pgtype.TimestampOID:
		return strings.Replace(text, "T", " ", 1)
	case pgtype.TimestamptzOID:
		if t, ok := parseTime(text); ok {
			return t.UTC().Format("2006-01-02 15:04:05.999999-07")
		}
	case pgtype.BoolOID:
		return text[:min(len(text), 1)]
	}
	return text
}

var jsonNull = []byte("null")

func isNull(raw []byte) bool { return raw == nil || bytes.Equal(raw, jsonNull) }
