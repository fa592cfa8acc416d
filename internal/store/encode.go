package store

import (
	"encoding/binary"
	"math"

	"github.com/otel-activity/otel-activity/internal/model"
)

const (
	// postgresEpoch is 2000-01-01 in microseconds since the Unix epoch.
	postgresEpoch = 946_684_800_000_000
	jsonbVersion  = 1
	null          = math.MaxUint32 // the length of a field without a value: -1
)

// The frame of COPY's binary format: signature, flags and the length of the
// header's extension; then the rows; then a field count of -1.
const (
	copyHeader  = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	copyTrailer = "\xff\xff"
)

// appendRow encodes a as one row of COPY, columns as in copyColumns but for those
// of the seal, and says in e where its parts are.
func appendRow(buf []byte, a *model.Activity, e *entry) []byte {
	e.start = len(buf)
	buf = appendFixed(buf, a, e)
	e.identity = len(buf)
	buf = appendOptionals(buf, a.ActorID, a.ActorName, a.OnBehalfOf, a.ClientAddress)
	e.texts = len(buf)
	buf = appendOptionals(buf, a.EntityName, a.Details, a.Reason)
	e.documents = len(buf)
	buf = appendJSON(buf, a.Metadata)
	buf = appendJSON(buf, a.Changes)
	buf = appendJSON(buf, a.Attributes)
	e.end = len(buf)
	return buf
}

// appendFixed encodes fixedColumns, behind the number of all columns.
func appendFixed(buf []byte, a *model.Activity, e *entry) []byte {
	buf = appendInt2(buf, int16(len(copyColumns))) //nolint:gosec // there are some dozens
	buf = appendTime(buf, a.OccurredAt)
	if a.ObservedAt != 0 {
		buf = appendTime(buf, a.ObservedAt)
	} else {
		buf = appendNull(buf)
	}
	buf = appendInt8(buf, a.ResourceID)
	if a.HasDuration {
		buf = appendFloat8(buf, a.Duration)
	} else {
		buf = appendNull(buf)
	}
	buf = appendLength(buf, 2)
	buf = appendInt2(buf, a.SeverityNumber)
	buf = appendBytes(buf, a.ID[:])
	if !a.TraceID.IsZero() {
		buf = appendBytes(buf, a.TraceID[:])
	} else {
		buf = appendNull(buf)
	}
	if !a.SpanID.IsZero() {
		buf = appendBytes(buf, a.SpanID[:])
	} else {
		buf = appendNull(buf)
	}
	buf = appendText(buf, a.Source.String())
	buf = appendText(buf, a.Status.String())
	buf = appendText(buf, a.Severity.String())
	buf, e.action = appendExtent(buf, a.Action)
	buf, e.project = appendExtent(buf, a.ProjectID)
	return appendOptionals(buf, a.EntityType, a.EntityID, a.ActorType, a.OperationID, a.ServiceName, a.Environment)
}

func appendNull(buf []byte) []byte { return binary.BigEndian.AppendUint32(buf, null) }

// appendLength is what every field begins with. A record is far below 2 GiB:
// the largest request that brings one is some MiB.
func appendLength(buf []byte, n int) []byte {
	return binary.BigEndian.AppendUint32(buf, uint32(n)) //nolint:gosec // see above
}

func appendInt2(buf []byte, v int16) []byte {
	return binary.BigEndian.AppendUint16(buf, uint16(v)) //nolint:gosec // the bits are meant
}

func appendInt8(buf []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(appendLength(buf, 8), uint64(v)) //nolint:gosec // the bits are meant
}

func appendFloat8(buf []byte, v float64) []byte {
	return binary.BigEndian.AppendUint64(appendLength(buf, 8), math.Float64bits(v))
}

func appendTime(buf []byte, t model.Micros) []byte {
	return appendInt8(buf, int64(t-postgresEpoch))
}

func appendBytes(buf, v []byte) []byte {
	return append(appendLength(buf, len(v)), v...)
}

func appendText(buf []byte, v string) []byte {
	return append(appendLength(buf, len(v)), v...)
}

func appendOptionals(buf []byte, values ...string) []byte {
	for _, v := range values {
		if v == "" {
			buf = appendNull(buf)
		} else {
			buf = appendText(buf, v)
		}
	}
	return buf
}

// appendExtent says where in buf the text is.
func appendExtent(buf []byte, v string) ([]byte, extent) {
	buf = appendText(buf, v)
	return buf, extent{start: len(buf) - len(v), end: len(buf)}
}

func appendJSON(buf, v []byte) []byte {
	if len(v) == 0 {
		return appendNull(buf)
	}
	buf = append(appendLength(buf, len(v)+1), jsonbVersion)
	return append(buf, v...)
}
