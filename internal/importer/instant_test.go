package importer

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestInstantFormats(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	n := func(s string) json.Number { return json.Number(s) }
	for _, test := range []struct {
		format string
		zone   *time.Location
		in     any
		want   string
	}{
		{formatAuto, time.UTC, "2010-10-02 09:20:39.266000+02:00", "2010-10-02T07:20:39.266Z"},
		{formatAuto, time.UTC, "2011-03-27T03:00:00+02:00", "2011-03-27T01:00:00Z"},
		{formatAuto, time.UTC, "2022-12-11 02:57:48.693000000", "2022-12-11T02:57:48.693Z"},
		{formatAuto, berlin, "2022-07-11 02:57:48", "2022-07-11T00:57:48Z"},
		{formatAuto, berlin, "2022-07-11 02:57:48Z", "2022-07-11T02:57:48Z"},
		{formatAuto, time.UTC, "2022-07-11T02:57Z", "2022-07-11T02:57:00Z"},
		{formatAuto, time.UTC, "2022-07-11T02:57:48.1234567891234Z", "2022-07-11T02:57:48.123456789Z"},
		{formatAuto, time.UTC, "2022-07-11T02:57:48,5-0330", "2022-07-11T06:27:48.5Z"},
		{formatAuto, time.UTC, "2022-07-11 02:57:48 UTC", "2022-07-11T02:57:48Z"},
		{formatAuto, time.UTC, "2022-07-11 02:57:48 +02", "2022-07-11T00:57:48Z"},
		{formatAuto, time.UTC, "2024-02-29", "2024-02-29T00:00:00Z"},
		{formatAuto, time.UTC, "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
		{formatAuto, time.UTC, n("1621305118"), "2021-05-18T02:31:58Z"},
		{formatAuto, time.UTC, n("1621305118553"), "2021-05-18T02:31:58.553Z"},
		{formatAuto, time.UTC, n("1621305118553.0"), "2021-05-18T02:31:58.553Z"},
		{formatAuto, time.UTC, n("1621305118553123"), "2021-05-18T02:31:58.553123Z"},
		{formatAuto, time.UTC, n("1621305118553123456"), "2021-05-18T02:31:58.553123456Z"},
		{"unix_s", time.UTC, n("1621305118.553123456"), "2021-05-18T02:31:58.553123456Z"},
		{"unix_s", time.UTC, "1621305118", "2021-05-18T02:31:58Z"},
		{"unix_s", time.UTC, n("1.6e9"), "2020-09-13T12:26:40Z"},
		{"unix_ms", time.UTC, n("1000"), "1970-01-01T00:00:01Z"},
		{"unix_us", time.UTC, n("1000"), "1970-01-01T00:00:00.001Z"},
		{"unix_ns", time.UTC, n("0"), "1970-01-01T00:00:00Z"},
		{"02/Jan/2006:15:04:05 -0700", time.UTC, "10/Oct/2000:13:55:36 -0700", "2000-10-10T20:55:36Z"},
	} {
		read, err := newInstantReader(test.format, test.zone)
		require.NoError(t, err)
		at, err := read(test.in)
		require.NoError(t, err, "%s %v", test.format, test.in)
		require.Equal(t, test.want, time.Unix(0, int64(at)).UTC().Format(time.RFC3339Nano), "%s %v", test.format, test.in)
	}
}

func TestInstantRefusals(t *testing.T) {
	t.Parallel()
	n := func(s string) json.Number { return json.Number(s) }
	for format, values := range map[string][]any{
		formatAuto: {
			"", "redacted", "2024-12-17 00:00:00000000", "2024-13-01", "2023-02-29", "2024-01-01T24:00:00Z", "2024-01-01T10:00:00+25:00",
			"2024-01-01T10:00:00.Z", "2024-01-01x", "1969-12-31T23:59:59Z", "2262-04-12T00:00:00Z", true, nil, n("-1"), n("1e400"), n("9e30"),
			map[string]any{},
		},
		"unix_s":     {"", "abc", "0x10", "1/2", "1_000", n("1e999999999"), n("1e19"), n("99999999999")},
		"2006-01-02": {"2024-1-1", n("20240101")},
	} {
		read, err := newInstantReader(format, time.UTC)
		require.NoError(t, err)
		for _, v := range values {
			_, err := read(v)
			require.Error(t, err, "%s %v", format, v)
		}
	}
}

// The parser must agree with the standard library wherever that one can read.
func FuzzParseDateTime(f *testing.F) {
	f.Add("2010-10-02T09:20:39.266+02:00")
	f.Add("2024-02-29 23:59:60Z")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseDateTime(s, time.UTC)
		if want, err := time.Parse(time.RFC3339Nano, s); err == nil {
			require.True(t, ok)
			require.True(t, want.Equal(got), "%s: %s, not %s", s, got, want)
		}
	})
}
