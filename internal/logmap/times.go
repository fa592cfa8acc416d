package logmap

import (
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/model"
)

const (
	day = uint64(24 * time.Hour)
	// earliest is 1970-01-02: what lies before it are times that were never set
	// or were cut to a few digits.
	earliest = day
)

// doubt says why a time isn't believed, if it isn't.
func doubt(ts pcommon.Timestamp, receivedAt int64) kinds {
	switch t := uint64(ts); {
	case t < earliest:
		return kindPast
	case receivedAt < 0 || t > uint64(receivedAt)+day:
		return kindFuture
	default:
		return 0
	}
}

// setTimes sets when it happened and when it was seen. ObservedTimestamp is the
// time of receipt of a record that StampReceived has completed, so it comes
// before that of this call.
func (m *Mapper) setTimes(a *model.Activity, r plog.LogRecord) {
	receipt := m.receivedAt
	if ts := r.ObservedTimestamp(); ts != 0 {
		receipt = m.believed("observed_time", originalObservedKey, ts, receipt)
		a.ObservedAt = micros(receipt)
	}
	occurred := receipt
	if ts := r.Timestamp(); ts != 0 {
		occurred = m.believed("time", originalTimeKey, ts, receipt)
	}
	a.OccurredAt = micros(occurred)
}

func micros(nanoseconds int64) model.Micros {
	return model.Micros(nanoseconds / int64(time.Microsecond))
}

// believed returns ts, or the time of receipt where ts can't be true.
func (m *Mapper) believed(what, originalKey string, ts pcommon.Timestamp, receipt int64) int64 {
	reason := doubt(ts, m.receivedAt)
	if reason == 0 {
		return int64(ts) //nolint:gosec // not later than a day after receipt
	}
	m.noteRepair(what, reason)
	m.leaveText(originalKey, kindText, m.arena.copyOf(appendTimestamp(nil, ts)))
	return receipt
}

func appendTimestamp(b []byte, ts pcommon.Timestamp) []byte {
	return strconv.AppendUint(b, uint64(ts), 10)
}

// noteOriginal lists a time that StampReceived has replaced as repaired.
func (m *Mapper) noteOriginal(what, digits string) {
	ts, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return // not written by StampReceived
	}
	if ts < earliest {
		m.noteRepair(what, kindPast)
	} else {
		m.noteRepair(what, kindFuture)
	}
}
