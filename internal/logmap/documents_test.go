package logmap_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/logmap"
)

func TestMetadata(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		attributes attrs
		metadata   string
		rest       string
	}{
		"map":                   {attrs{{"activity.metadata", attrs{{"b", 1}, {"a", object{"deep": list{1.5, true, nil}}}}}}, `{"b":1,"a":{"deep":[1.5,true,null]}}`, ""},
		"dotted":                {attrs{{"activity.metadata.b", 1}, {"activity.metadata.a.c", "x"}}, `{"b":1,"a.c":"x"}`, ""},
		"map and dotted":        {attrs{{"activity.metadata", attrs{{"a", 1}, {"b", 1}}}, {"activity.metadata.a", 2}}, `{"b":1,"a":2}`, ""},
		"empty map":             {attrs{{"activity.metadata", attrs{}}}, "", ""},
		"null":                  {attrs{{"activity.metadata", nil}}, "", ""},
		"a null in it":          {attrs{{"activity.metadata.a", nil}, {"activity.metadata.b", ""}}, `{"a":null,"b":""}`, ""},
		"text of an object":     {attrs{{"activity.metadata", ` {"a":1, "b":[1,2]} `}}, `{"a":1,"b":[1,2]}`, ""},
		"text and dotted":       {attrs{{"activity.metadata.c", 3}, {"activity.metadata", `{"a":1}`}, {"activity.metadata.d", 4}}, `{"c":3,"a":1,"d":4}`, ""},
		"text of an empty one":  {attrs{{"activity.metadata", `{}`}}, "", ""},
		"text of a list":        {attrs{{"activity.metadata", `[1]`}}, `{"value":"[1]"}`, ""},
		"broken text":           {attrs{{"activity.metadata", `{"a":`}}, `{"value":"{\"a\":"}`, ""},
		"plain text":            {attrs{{"activity.metadata", "hello"}}, `{"value":"hello"}`, ""},
		"number":                {attrs{{"activity.metadata", 7}}, `{"value":7}`, ""},
		"list":                  {attrs{{"activity.metadata", list{1, 2}}}, `{"value":[1,2]}`, ""},
		"batch":                 {attrs{{"activity.batch.size", 500}, {"activity.batch.failed", 3}}, `{"batch.size":500,"batch.failed":3}`, ""},
		"db batch":              {attrs{{"db.operation.batch.size", 20}}, `{"batch.size":20}`, ""},
		"both batches":          {attrs{{"db.operation.batch.size", 20}, {"activity.batch.size", 500}}, `{"batch.size":500}`, `{"db.operation.batch.size":20}`},
		"both batches, reverse": {attrs{{"activity.batch.size", 500}, {"db.operation.batch.size", 20}}, `{"batch.size":500}`, `{"db.operation.batch.size":20}`},
		"no batch":              {attrs{{"activity.batch.size", nil}, {"activity.batch.failed", ""}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := mapAttrs(t, c.attributes)
			requireJSON(t, c.metadata, a.Metadata)
			requireJSON(t, c.rest, a.Attributes)
		})
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	full := `{"before":{"status":"open","n":1},"after":{"status":"paid","n":2},"fields":["status","n"]}`
	for name, c := range map[string]struct {
		attributes attrs
		changes    string
		rest       string
	}{
		"maps": {attrs{
			{"activity.changes.before", attrs{{"status", "open"}, {"n", 1}}},
			{"activity.changes.after", attrs{{"status", "paid"}, {"n", 2}}},
			{"activity.changes.fields", list{"status", "n"}},
		}, full, ""},
		"one map": {attrs{{"activity.changes", attrs{
			{"before", attrs{{"status", "open"}, {"n", 1}}},
			{"after", attrs{{"status", "paid"}, {"n", 2}}},
			{"fields", list{"status", "n"}},
		}}}, full, ""},
		"dotted": {attrs{
			{"activity.changes.before.status", "open"},
			{"activity.changes.before.n", 1},
			{"activity.changes.after.status", "paid"},
			{"activity.changes.after.n", 2},
			{"activity.changes.fields", `["status","n"]`},
		}, full, ""},
		"text": {attrs{
			{"activity.changes.before", `{"status":"open","n":1}`},
			{"activity.changes.after", `{"status":"paid","n":2}`},
			{"activity.changes.fields", list{"status", "n"}},
		}, full, ""},
		"one text":             {attrs{{"activity.changes", full}}, full, ""},
		"only after":           {attrs{{"activity.changes.after", attrs{{"a", 1}}}}, `{"after":{"a":1}}`, ""},
		"one field":            {attrs{{"activity.changes.fields", "status"}}, `{"fields":["status"]}`, ""},
		"single values":        {attrs{{"activity.changes.before", "open"}, {"activity.changes.after", 2}}, `{"before":"open","after":2}`, ""},
		"a value and a member": {attrs{{"activity.changes.before", "open"}, {"activity.changes.before.n", 2}}, `{"before":{"value":"open","n":2}}`, ""},
		"a member named value": {attrs{{"activity.changes.before", attrs{{"value", 5}}}}, `{"before":{"value":5}}`, ""},
		"another member":       {attrs{{"activity.changes", attrs{{"before", attrs{{"a", 1}}}, {"note", "x"}}}}, `{"before":{"a":1}}`, `{"activity.changes.note":"x"}`},
		"no changes":           {attrs{{"activity.changes", "none"}}, "", `{"activity.changes":"none"}`},
		"nothing":              {attrs{{"activity.changes", nil}, {"activity.changes.before", ""}, {"activity.changes.fields", nil}}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := mapAttrs(t, c.attributes)
			requireJSON(t, c.changes, a.Changes)
			requireJSON(t, c.rest, a.Attributes)
		})
	}
}

func TestOrderIsKept(t *testing.T) {
	t.Parallel()
	a := mapAttrs(t, attrs{{"z", attrs{{"y", 1}, {"x", 2}}}, {"b", 1}, {"a", 2}})
	require.Equal(t, `{"z":{"y":1,"x":2},"b":1,"a":2}`, string(a.Attributes)) //nolint:testifylint // the order counts
}

func TestLastDuplicateCounts(t *testing.T) {
	t.Parallel()
	duplicates := `{"key":"a","value":{"stringValue":"1"}},{"key":"b","value":{"intValue":"2"}},{"key":"a","value":{"intValue":"3"}}`
	many := duplicates + strings.Repeat(`,{"key":"c","value":{"boolValue":true}}`, 40)
	for name, c := range map[string]struct{ members, want string }{
		"few":  {duplicates, `{"b":2,"a":3}`},
		"many": {many, `{"b":2,"a":3,"c":true}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			nested := `{"key":"nested","value":{"kvlistValue":{"values":[` + c.members + `]}}}`
			ld := fromJSON(t, `{"resourceLogs":[{"scopeLogs":[{"logRecords":[
				{"timeUnixNano":"1760000000123456789","attributes":[`+c.members+`]},
				{"timeUnixNano":"1760000000123456789","attributes":[`+nested+`]},
				{"timeUnixNano":"1760000000123456789","attributes":[
					{"key":"activity.action","value":{"stringValue":"first"}},
					{"key":"activity.action","value":{"stringValue":"last"}}]}]}]}]}`)
			activities, _, _ := mapAll(t, ld)
			require.Equal(t, c.want, string(activities[0].Attributes))
			require.Equal(t, `{"nested":`+c.want+`}`, string(activities[1].Attributes))
			require.Equal(t, "last", activities[2].Action)
			require.Nil(t, activities[2].Attributes)
		})
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	tenth, fifth := 0.1, 0.2 // as constants their sum would be exact
	a := mapAttrs(t, attrs{
		{"min", math.MinInt64},
		{"max", math.MaxInt64},
		{"negative zero", math.Copysign(0, -1)},
		{"denormal", 5e-324},
		{"greatest", math.MaxFloat64},
		{"tenth", tenth},
		{"sum", tenth + fifth},
		{"amount", 1234567.89},
		{"negative", -12.5},
		{"millions", 1e15},
		{"small", 1e-7},
		{"bytes", []byte{0, 1, 0xFF}},
	})
	require.Equal(t, `{"min":-9223372036854775808,"max":9223372036854775807,"negative zero":-0,`+
		`"denormal":5e-324,"greatest":1.7976931348623157e+308,"tenth":0.1,"sum":0.30000000000000004,`+
		`"amount":1234567.89,"negative":-12.5,"millions":1000000000000000,"small":1e-07,"bytes":"AAH/"}`, string(a.Attributes))
}

// The short way for few decimals has to give what the general way gives.
func TestDecimals(t *testing.T) {
	t.Parallel()
	for i := range 200_000 {
		f := float64(i*7919%100_000_000) / 1000
		want, err := json.Marshal(f)
		require.NoError(t, err)
		if i%997 == 0 {
			require.Equal(t, `{"f":`+string(want)+`}`, string(mapAttrs(t, attrs{{"f", f}}).Attributes))
		}
	}
}

func TestEscapes(t *testing.T) {
	t.Parallel()
	text := "\"\\/\b\f\n\r\t\x01\x1f\x7f é 日本 😀 \u2028 <script>&"
	a := mapAttrs(t, attrs{{text, text}})
	want, err := json.Marshal(map[string]string{text: text})
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(a.Attributes))
	require.Contains(t, string(a.Attributes), "<script>&", "no escapes that HTML alone would need")
}

func TestJSONTexts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want, repaired string }{
		"white space":       {" {\n\"a\" : [ 1 , 2 ] ,\t\"b\" : { } , \"c\":[ ] } ", `{"a":[1,2],"b":{},"c":[]}`, ""},
		"words":             {`{"a":true,"b":false,"c":null}`, `{"a":true,"b":false,"c":null}`, ""},
		"escapes":           {`{"a\"\\\/\n":"\u00e9\ud83d\ude00\u0041"}`, `{"a\"\\\/\n":"é😀A"}`, ""},
		"a NUL":             {`{"a":"x\u0000y"}`, `{"a":"x` + "\uFFFD" + `y"}`, "metadata:nul"},
		"a text like a NUL": {`{"a":"\\u0000"}`, `{"a":"\\u0000"}`, ""},
		"half a pair":       {`{"a":"\ud800x"}`, `{"a":"` + "\uFFFD" + `x"}`, "metadata:utf8"},
		"the other half":    {`{"a":"\ude00"}`, `{"a":"` + "\uFFFD" + `"}`, "metadata:utf8"},
		"two first halves":  {`{"a":"\ud83d\ud83d\ude00"}`, `{"a":"` + "\uFFFD" + `😀"}`, "metadata:utf8"},
		"bad UTF-8":         {"{\"a\":\"\xff\"}", `{"a":"` + "\uFFFD" + `"}`, "metadata:utf8"},
		"digits":            {`{"a":9007199254740993,"b":-0.10e+2,"c":1e400}`, `{"a":9007199254740993,"b":-0.10e+2,"c":1e400}`, ""},
		"a huge exponent":   {`{"a":1e999999,"b":-1E-999999}`, `{"a":"1e999999","b":"-1E-999999"}`, "metadata:nonfinite"},
		"a huge number":     {`{"a":` + strings.Repeat("9", 2000) + `}`, `{"a":"` + strings.Repeat("9", 2000) + `"}`, "metadata:nonfinite"},
		"too deep": {
			`{"a":` + strings.Repeat("[", 70) + `"]"` + strings.Repeat("]", 70) + `,"b":1}`,
			`{"a":` + strings.Repeat("[", 63) + `"…"` + strings.Repeat("]", 63) + `,"b":1}`, "metadata:depth",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := mapAttrs(t, attrs{{"activity.metadata", c.text}})
			require.True(t, json.Valid(a.Metadata), string(a.Metadata))
			require.Equal(t, c.want, string(a.Metadata))
			requireRepaired(t, a, c.repaired)
		})
	}
}

func TestDocumentLimit(t *testing.T) {
	t.Parallel()
	const limit = 4096
	long := strings.Repeat("ä", 5000)
	for name, as := range map[string]attrs{
		"a long text":    {{"activity.metadata.first", 1}, {"activity.metadata.long", long}, {"activity.metadata.last", 2}},
		"a long list":    {{"activity.metadata.first", 1}, {"activity.metadata.long", list{long, long}}, {"activity.metadata.last", 2}},
		"a long JSON":    {{"activity.metadata.first", 1}, {"activity.metadata", `{"x":"` + long + `"}`}, {"activity.metadata.last", 2}},
		"a long key":     {{"activity.metadata.first", 1}, {"activity.metadata." + long, 1}, {"activity.metadata.last", 2}},
		"many long ones": {{"activity.metadata.first", 1}, {"activity.metadata.a", long}, {"activity.metadata.b", long}, {"activity.metadata.c", long}, {"activity.metadata.d", long}, {"activity.metadata.last", 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			limits := logmap.DefaultLimits()
			limits.Document = limit
			ld, _ := single(t, as)
			activities, _, stats := mapWith(t, logmap.New(limits, time.Now), ld)
			metadata := activities[0].Metadata
			require.True(t, json.Valid(metadata), string(metadata))
			require.LessOrEqual(t, len(metadata), limit)
			require.Contains(t, string(metadata), `"first":1`)
			require.Contains(t, string(metadata), `"last":2`, "what fits behind it is kept")
			if name != "a long key" {
				require.Contains(t, string(metadata), "ä…", "the beginning is kept and marked")
			}
			requireRepaired(t, activities[0], "metadata:cut")
			require.Equal(t, 1, stats.Repaired)
		})
	}
}

func TestChangesLimit(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 5000)
	for _, limit := range []int{16, 40, 64, 4096} {
		limits := logmap.DefaultLimits()
		limits.Document = limit
		ld, _ := single(t, attrs{
			{"activity.changes.before", attrs{{"a", long}}},
			{"activity.changes.after", attrs{{"a", long}}},
			{"activity.changes.fields", long},
		})
		activities, _, _ := mapWith(t, logmap.New(limits, time.Now), ld)
		if changes := activities[0].Changes; changes != nil {
			require.True(t, json.Valid(changes), string(changes))
			require.LessOrEqual(t, len(changes), limit)
		}
		requireRepaired(t, activities[0], "changes:cut")
	}
}

func TestDepth(t *testing.T) {
	t.Parallel()
	nest := func(n int) any {
		var v any = "core"
		for range n {
			v = object{"n": v}
		}
		return v
	}
	a := mapAttrs(t, attrs{{"deep", nest(63)}})
	require.Contains(t, string(a.Attributes), "core")
	requireRepaired(t, a, "")

	a = mapAttrs(t, attrs{{"deep", nest(64)}})
	require.NotContains(t, string(a.Attributes), "core")
	requireRepaired(t, a, "attributes:depth")
	require.True(t, json.Valid(a.Attributes))

	ld, r := single(t, nil)
	require.NoError(t, r.Body().FromRaw(nest(65)))
	a = mapOne(t, ld)
	requireRepaired(t, a, "details:depth metadata:depth")
	require.True(t, json.Valid([]byte(a.Details)))
}
