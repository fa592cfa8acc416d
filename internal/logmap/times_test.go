package logmap_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
)

const day = 24 * time.Hour

func ts(t time.Time) pcommon.Timestamp { return pcommon.NewTimestampFromTime(t) }

func TestTimes(t *testing.T) {
	t.Parallel()
	earliest := time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC)
	seen := received.Add(-time.Minute)
	old := time.Date(2001, 9, 9, 1, 46, 40, 0, time.UTC)
	for name, c := range map[string]struct {
		time, observed pcommon.Timestamp
		occurredAt     time.Time
		observedAt     time.Time // zero for none
		repaired       string
	}{
		"both":                       {ts(occurred), ts(seen), occurred, seen, ""},
		"no observed time":           {ts(occurred), 0, occurred, time.Time{}, ""},
		"only the observed time":     {0, ts(seen), seen, seen, ""},
		"none":                       {0, 0, received, time.Time{}, ""},
		"years ago":                  {ts(old), ts(seen), old, seen, ""},
		"the earliest":               {ts(earliest), ts(seen), earliest, seen, ""},
		"before the earliest":        {ts(earliest) - 1, ts(seen), seen, seen, "time:past"},
		"1 ns":                       {1, 0, received, time.Time{}, "time:past"},
		"a day ahead":                {ts(received.Add(day)), ts(seen), received.Add(day), seen, ""},
		"more than a day ahead":      {ts(received.Add(day)) + 1, ts(seen), seen, seen, "time:future"},
		"past the end of int64":      {1 << 63, 0, received, time.Time{}, "time:future"},
		"the end of uint64":          {math.MaxUint64, ts(seen), seen, seen, "time:future"},
		"seen before 1970-01-02":     {ts(occurred), 5, occurred, received, "observed_time:past"},
		"seen in the future":         {ts(occurred), ts(received.Add(2 * day)), occurred, received, "observed_time:future"},
		"only seen in the future":    {0, ts(received.Add(2 * day)), received, received, "observed_time:future"},
		"both before 1970-01-02":     {7, 5, received, received, "observed_time:past time:past"},
		"seen years before it began": {ts(occurred), ts(old), occurred, old, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld, r := single(t, nil)
			r.SetTimestamp(c.time)
			r.SetObservedTimestamp(c.observed)
			a := mapOne(t, ld)
			require.Equal(t, model.MicrosOf(c.occurredAt).Time(), a.OccurredAt.Time())
			if c.observedAt.IsZero() {
				require.Zero(t, a.ObservedAt)
			} else {
				require.Equal(t, model.MicrosOf(c.observedAt).Time(), a.ObservedAt.Time())
			}
			requireRepaired(t, a, c.repaired)
			if a.OccurredAt != model.Micros(int64(c.time)/1000) && c.time != 0 { //nolint:gosec // wraps on purpose
				require.Contains(t, string(a.Attributes), fmt.Sprintf(`"activity.original.time_unix_nano":"%d"`, c.time))
			}
			requireDerived(t, a)
		})
	}
}

func TestNowIsAskedWhereNoReceiptIsGiven(t *testing.T) {
	t.Parallel()
	m := logmap.New(logmap.DefaultLimits(), func() time.Time { return received })
	ld, r := single(t, nil)
	r.SetTimestamp(0)
	m.MapLogs(ld, time.Time{}, func(*model.Resource) {}, func(_ logmap.Ref, a *model.Activity) {
		require.Equal(t, model.MicrosOf(received), a.OccurredAt)
	})
}

func TestStampReceivedLeavesCompleteRecordsAlone(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]attrs{
		"uid":     {{"log.record.uid", testUID}},
		"alias":   {{"activity.id", testUID}},
		"nested":  {{"log", attrs{{"record", attrs{{"uid", testUID}}}}}},
		"no UUID": {{"audit.record.id", "42"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld, _ := single(t, id)
			before := plog.NewLogs()
			ld.CopyTo(before)
			ld.MarkReadOnly() // any write panics
			logmap.StampReceived(ld, received)
			require.Equal(t, mapOne(t, before), mapOne(t, ld))
		})
	}
}

// A redelivery comes later, from another process, and in another batch.
func TestStampedRecordsKeepTheirKeys(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		time, observed pcommon.Timestamp
		repaired       string
	}{
		"complete":        {ts(occurred), ts(occurred), ""},
		"none":            {0, 0, ""},
		"only observed":   {0, ts(occurred), ""},
		"past":            {1, 0, "time:past"},
		"future":          {ts(received.Add(day + time.Hour)), 0, "time:future"},
		"both future":     {ts(received.Add(25 * time.Hour)), ts(received.Add(26 * time.Hour)), "observed_time:future time:future"},
		"observed future": {0, ts(received.Add(25 * time.Hour)), "observed_time:future"},
		"over int64":      {math.MaxUint64, ts(occurred), "time:future"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ld, r := single(t, attrs{{"a", 1}})
			r.SetTimestamp(c.time)
			r.SetObservedTimestamp(c.observed)
			twin := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty()
			r.CopyTo(twin)

			logmap.StampReceived(ld, received)
			first, _, _ := mapAll(t, ld)
			require.NotEqual(t, first[0].ID, first[1].ID, "two records of one request")
			require.Equal(t, first[0].OccurredAt, first[1].OccurredAt)
			requireRepaired(t, first[0], c.repaired)
			requireDerived(t, first[0])

			for i, a := range first {
				m := logmap.New(logmap.DefaultLimits(), time.Now)
				m.MapLogs(logmap.Single(ld, logmap.Ref{Record: i}), received.AddDate(0, 0, 3),
					func(*model.Resource) {}, func(_ logmap.Ref, again *model.Activity) { require.Equal(t, a, keep(*again)) })
			}
			logmap.StampReceived(ld, received.AddDate(0, 0, 3))
			again, _, _ := mapAll(t, ld)
			require.Equal(t, first, again, "stamping twice changes nothing")
		})
	}
}

// Where the times of a request are its own, what StampReceived writes is what
// the Mapper would have derived.
func TestStampedIDIsTheDerivedOne(t *testing.T) {
	t.Parallel()
	ld, r := everything(t)
	r.CopyTo(ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().AppendEmpty())
	derived, _, _ := mapAll(t, ld)
	logmap.StampReceived(ld, received)
	stamped, _, _ := mapAll(t, ld)
	for i := range derived {
		require.Equal(t, derived[i], stamped[i])
	}
}

// A client that got no answer sends again; both requests may end in one batch.
func TestRequestSentTwice(t *testing.T) {
	t.Parallel()
	ld, _ := everything(t)
	again := plog.NewLogs()
	ld.CopyTo(again)
	logmap.StampReceived(ld, received)
	logmap.StampReceived(again, received.Add(time.Minute))
	again.ResourceLogs().MoveAndAppendTo(ld.ResourceLogs())
	activities, _, _ := mapAll(t, ld)
	require.Equal(t, activities[0].ID, activities[1].ID)
}
