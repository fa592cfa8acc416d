package importer

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

// mapLines maps lines with the fields of a map, and returns the records.
func mapLines(t *testing.T, fields string, lines ...string) (plog.LogRecordSlice, *Mapper) {
	t.Helper()
	m, err := LoadMap([]byte(fields), nil)
	require.NoError(t, err)
	mp := m.NewMapper(time.Unix(1700000000, 0))
	_, records := mp.NewLogs()
	for i, line := range lines {
		require.NoError(t, mp.Map([]byte(line), int64(i+1), records))
	}
	return records, mp
}

func attributesOf(t *testing.T, fields, line string) map[string]any {
	t.Helper()
	records, _ := mapLines(t, fields, line)
	return records.At(0).Attributes().AsRaw()
}

func TestMapEveryField(t *testing.T) {
	t.Parallel()
	const fields = `
name: all
resource: {service.name: shop, deployment.environment.name: test}
activity:
  id: /uid
  time: /at
  action: /what
  source: user
  status: /ok
  severity: /sev
  project: /org
  operation: /op
  details: /text
  reason: /why
  duration: {path: /ms, unit: ms}
  entity: {type: /kind, id: /obj, name: /title}
  actor: {id: /who, type: /whoType, name: /nick, email: /mail}
  on_behalf_of: {id: /boss, type: user}
  trace: {id: /trace, span: /span}
  attributes: {client.address: /ip, n: 1, tags: /tags}
  changes: {before: /old, after: {set: {price: /price}}, fields: /old}
  metadata: {set: {answer: 42, nested: /old}}
`
	const line = `{"uid":"0190163d-8694-739b-aea5-966c26f8ad90","at":"2024-01-02T03:04:05.678901234Z","what":"order.refund","ok":"SUCCESS","sev":"warning",` +
		`"org":"p1","op":"o1","text":"refunded","why":"broken","ms":1500,"kind":"order","obj":4711,"title":"Order 4711","who":"u1","whoType":"User","nick":"Ann",` +
		`"mail":"ann@example.com","boss":"u2","trace":"0af7651916cd43dd8448eb211c80319c","span":"b7ad6b7169203331","ip":"192.0.2.1","tags":["a",1,null],"old":{"price":10},"price":12.5}`
	records, mp := mapLines(t, fields, line)
	lr := records.At(0)
	require.Empty(t, mp.Notes())
	require.Equal(t, time.Date(2024, 1, 2, 3, 4, 5, 678901234, time.UTC), lr.Timestamp().AsTime())
	require.Equal(t, time.Unix(1700000000, 0).UTC(), lr.ObservedTimestamp().AsTime())
	require.Equal(t, "order.refund", lr.EventName())
	require.Equal(t, "refunded", lr.Body().Str())
	require.Equal(t, plog.SeverityNumberWarn, lr.SeverityNumber())
	require.Equal(t, "WARNING", lr.SeverityText())
	require.Equal(t, "0af7651916cd43dd8448eb211c80319c", lr.TraceID().String())
	require.Equal(t, "b7ad6b7169203331", lr.SpanID().String())
	require.Equal(t, map[string]any{
		"log.record.uid": "0190163d-8694-739b-aea5-966c26f8ad90", "activity.action": "order.refund", "activity.source": "user", "activity.status": "success",
		"activity.project.id": "p1", "activity.operation.id": "o1", "activity.reason": "broken", "activity.duration": 1.5,
		"activity.entity.type": "order", "activity.entity.id": "4711", "activity.entity.name": "Order 4711",
		"user.id": "u1", "activity.actor.type": "user", "user.name": "Ann", "user.email": "ann@example.com",
		"activity.on_behalf_of.id": "u2", "activity.on_behalf_of.type": "user",
		"client.address": "192.0.2.1", "n": int64(1), "tags": []any{"a", int64(1), nil},
		"activity.changes.before": map[string]any{"price": int64(10)}, "activity.changes.after": map[string]any{"price": 12.5},
		"activity.changes.fields": []any{"price"},
		"activity.metadata":       map[string]any{"answer": int64(42), "nested": map[string]any{"price": int64(10)}},
	}, lr.Attributes().AsRaw())
}

func TestResourceAndScope(t *testing.T) {
	t.Parallel()
	m, err := LoadMap([]byte("name: x\nparameters: {env: ~}\nresource: {service.name: shop, deployment.environment.name: {param: env}}\nactivity: {time: /t, action: a}\n"), map[string]string{"env": "prod"})
	require.NoError(t, err)
	logs, _ := m.NewMapper(time.Now()).NewLogs()
	rl := logs.ResourceLogs().At(0)
	require.Equal(t, map[string]any{"service.name": "shop", "deployment.environment.name": "prod"}, rl.Resource().Attributes().AsRaw())
	require.Equal(t, ScopeName, rl.ScopeLogs().At(0).Scope().Name())
}

func TestValues(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value, line string
		want        any
	}{
		"constant":                    {"x", `{}`, "x"},
		"constant that looks a path":  {"{value: /x}", `{"x":"y"}`, "/x"},
		"path":                        {"/a", `{"a":"x"}`, "x"},
		"number as text":              {"/a", `{"a":12345678901234567890}`, "12345678901234567890"},
		"boolean as text":             {"/a", `{"a":false}`, "false"},
		"no value":                    {"~", `{}`, nil},
		"null":                        {"/a", `{"a":null}`, nil},
		"first that exists":           {"[/a, /b, c]", `{"b":"x"}`, "x"},
		"empty text is none":          {"[/a, /b]", `{"a":"","b":"x"}`, "x"},
		"object is no text":           {"[/a, /b]", `{"a":{"c":1},"b":"x"}`, "x"},
		"constant last":               {"[/a, /b, c]", `{}`, "c"},
		"paths in one":                {"{path: [/a, /b]}", `{"b":"x"}`, "x"},
		"join":                        {"{join: [/e, /p/action], with: .}", `{"e":"issues","p":{"action":"opened"}}`, "issues.opened"},
		"join without a part":         {"{join: [/e, /p/action], with: .}", `{"e":"push","p":{}}`, "push"},
		"join of nothing":             {"{join: [/e, /p/action], with: .}", `{}`, nil},
		"template":                    {"{template: 'a${/b}-${/c:d}$$'}", `{"b":1,"c:d":"x"}`, "a1-x$"},
		"template without a part":     {"[{template: '${/b}/${/c}'}, /b]", `{"b":"x"}`, "x"},
		"match":                       {"{path: /a, match: '^([^.]+)'}", `{"a":"s3.amazonaws.com"}`, "s3"},
		"match without a group":       {"{path: /a, match: '[0-9]+'}", `{"a":"v12"}`, "12"},
		"no match":                    {"[{path: /a, match: '^x'}, other]", `{"a":"y"}`, "other"},
		"lower":                       {"{path: /a, case: lower}", `{"a":"ÄB"}`, "äb"},
		"upper":                       {"{path: /a, case: upper}", `{"a":"b"}`, "B"},
		"snake":                       {"{path: /a, case: snake}", `{"a":" T07-1 Draft (intern) "}`, "t07_1_draft_intern"},
		"lookup":                      {"{path: /a, lookup: {Done: x, 7: seven}}", `{"a":7}`, "seven"},
		"lookup to nothing":           {"[{path: /a, lookup: {Done: ~}}, other]", `{"a":"Done"}`, "other"},
		"lookup with default":         {"{path: /a, lookup: {Done: x}, default: y}", `{"a":"Else"}`, "y"},
		"default of nothing":          {"{path: /a, default: y}", `{}`, "y"},
		"match, case, lookup":         {"{path: /a, match: '^(\\w+)', case: lower, lookup: {done: x}}", `{"a":"DONE."}`, "x"},
		"steps over alternatives":     {"{first: [/a, {join: [/b, /c]}], case: upper}", `{"b":"x","c":"y"}`, "XY"},
		"when it is":                  {"[{value: x, when: {/k: commit}}, y]", `{"k":"commit"}`, "x"},
		"when it isn't":               {"[{value: x, when: {/k: commit}}, y]", `{"k":"file"}`, "y"},
		"when it is one of":           {"[{value: x, when: {/k: [a, 1, true]}}, y]", `{"k":true}`, "x"},
		"when nothing is there":       {"[{value: x, when: {/k: ''}}, y]", `{}`, "y"},
		"when it exists":              {"[{value: x, when: {/k: {exists: true}}}, y]", `{"k":{}}`, "x"},
		"empty doesn't exist":         {"[{value: x, when: {/k: {exists: true}}}, y]", `{"k":""}`, "y"},
		"when it doesn't exist":       {"[{value: x, when: {/k: {exists: false}}}, y]", `{"k":null}`, "x"},
		"when it matches":             {"[{value: x, when: {/k: {match: '^bot-'}}}, y]", `{"k":"bot-1"}`, "x"},
		"when it is not":              {"[{value: x, when: {/k: {not: [a, b]}}}, y]", `{"k":"b"}`, "y"},
		"not is true of what is none": {"[{value: x, when: {/k: {not: a}}}, y]", `{}`, "x"},
		"all conditions":              {"[{value: x, when: {/k: a, /l: b}}, y]", `{"k":"a","l":"c"}`, "y"},
		"default after when":          {"{path: /a, default: d, when: {/k: 1}}", `{"a":"x"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var line map[string]any
			require.NoError(t, json.Unmarshal([]byte(test.line), &line))
			line["t"] = "2024-01-01"
			text, err := json.Marshal(line)
			require.NoError(t, err)
			if name == "number as text" { // which the detour over float64 would change
				text = []byte(`{"t":"2024-01-01","a":12345678901234567890}`)
			}
			require.Equal(t, test.want, attributesOf(t, mapText+"  project: "+test.value+"\n", string(text))["activity.project.id"])
		})
	}
}

func TestJSONValuesKeepTheirType(t *testing.T) {
	t.Parallel()
	got := attributesOf(t, mapText+"  metadata: {set: {a: /a, b: true, c: 'true', d: /t2, e: {path: /n, lookup: {5: five}}, f: /big, g: /huge, h: /exp}}\n",
		`{"t":"2024-01-01","a":{"z":[1.5,{"y":null}]},"n":5,"big":9223372036854775807,"huge":92233720368547758080,"exp":1e999}`)
	require.Equal(t, map[string]any{
		"a": map[string]any{"z": []any{1.5, map[string]any{"y": nil}}}, "b": true, "c": "true", "e": "five",
		"f": int64(9223372036854775807), "g": "92233720368547758080", "h": "1e999",
	}, got["activity.metadata"])
}

func TestKeepRest(t *testing.T) {
	t.Parallel()
	const line = `{"t":"2024-01-01","who":"u","state":"Done","deep":{"id":"7","only":{"x":1},"list":[{"id":8}]},"secret":{"k":"v","pass":"w"},"alt1":"","alt2":"p"}`
	got := attributesOf(t, mapText+`  actor: {id: /who}
  status: {path: /state, lookup: {Done: success}}
  entity: {id: /deep/id, name: /deep/list/0/id}
  project: [/alt1, /alt2]
  details: {template: '${/who} did'}
  metadata: {keep: rest, drop: [/secret/pass, /deep/only/x], set: {extra: 1}}
`, line)
	require.Equal(t, map[string]any{
		// Not word for word in another field: the time, the looked-up state, what is
		// in an array.
		"t": "2024-01-01", "state": "Done", "alt1": "",
		"deep": map[string]any{"list": []any{map[string]any{"id": int64(8)}}}, "secret": map[string]any{"k": "v"},
		"extra": int64(1),
	}, got["activity.metadata"])

	got = attributesOf(t, "ignore_case: true\n"+mapText+"  project: /ALT2\n  metadata: {keep: all, drop: [/DEEP, /secret, /T, /state, /who]}\n", line)
	require.Equal(t, map[string]any{"alt1": "", "alt2": "p"}, got["activity.metadata"])
}

func TestCasesLayOverTheBase(t *testing.T) {
	t.Parallel()
	fields := mapText + `  entity: {type: thing, id: /id}
  attributes: {a: base, b: base}
cases:
  - when: {/kind: x}
    activity: {action: x, entity: {type: xx}, attributes: {b: case}}
  - when: {/kind: [x, y]}
    activity: {action: y, time: {default: 2020-01-01}}
`
	records, _ := mapLines(t, fields, `{"t":"2024-01-01","kind":"x","id":1}`, `{"t":"2024-01-01","kind":"y","id":2}`, `{"t":"2024-01-01","kind":"z","id":3}`)
	for i, want := range []struct {
		action, kind, id, b string
		year                int
	}{{"x", "xx", "1", "case", 2024}, {"y", "thing", "2", "base", 2020}, {"a", "thing", "3", "base", 2024}} {
		lr := records.At(i)
		raw := lr.Attributes().AsRaw()
		require.Equal(t, want.action, lr.EventName())
		require.Equal(t, []any{want.kind, want.id, "base", want.b}, []any{raw["activity.entity.type"], raw["activity.entity.id"], raw["a"], raw["b"]})
		require.Equal(t, want.year, lr.Timestamp().AsTime().Year())
	}
}

func TestNotesTellWhatTheMapDoesNotKnow(t *testing.T) {
	t.Parallel()
	fields := mapText + `  status: {path: /s, lookup: {Done: success}}
  severity: /v
  id: /id
  trace: {id: /trace}
  duration: /d
`
	records, mp := mapLines(t, fields,
		`{"t":"2024-01-01","s":"Done","v":"info","id":"1"}`,
		`{"t":"2024-01-01","s":"Gone","v":"awful","id":"1","trace":"xyz","d":"long"}`,
		`{"t":"2024-01-01","s":"Gone","v":"","id":"2"}`)
	require.Equal(t, []Note{
		{"duration", noteUnread, "long", 1, 2},
		{"id", noteRepeatedID, "1", 1, 2},
		{"severity", noteUnknownWord, "awful", 1, 2},
		{"status", noteUnknownWord, "Gone", 2, 2},
		{"trace.id", noteUnread, "xyz", 1, 2},
	}, mp.Notes())
	require.NotContains(t, records.At(1).Attributes().AsRaw(), "activity.status")
	// The mapper of the store keeps a word that it doesn't know.
	require.Equal(t, "AWFUL", records.At(1).SeverityText())
}

func TestNotesAreBounded(t *testing.T) {
	t.Parallel()
	var n notes
	for i := range 3 * maxNotes {
		n.add("status", noteUnknownWord, strconv.Itoa(i))
	}
	list := n.list()
	require.Len(t, list, maxNotes+1)
	require.Equal(t, noteOther, list[0].Value)
	require.EqualValues(t, 2*maxNotes, list[0].Count)
}

func TestTimeAlternatives(t *testing.T) {
	t.Parallel()
	fields := `
name: x
resource: {service.name: x}
activity:
  action: a
  time:
    from: [{path: /ms, format: unix_ms, when: {/kind: new}}, /iso, {path: [/a, /b], format: 02.01.2006 15.04, zone: Europe/Berlin}]
    default: 2000-01-01T00:00:00Z
`
	records, mp := mapLines(t, fields,
		`{"kind":"new","ms":1621305118553,"iso":"2024-01-01"}`, `{"ms":1,"iso":"2024-01-01"}`, `{"iso":"redacted","b":"24.12.2023 18.00"}`, `{}`)
	for i, want := range []string{"2021-05-18T02:31:58.553Z", "2024-01-01T00:00:00Z", "2023-12-24T17:00:00Z", "2000-01-01T00:00:00Z"} {
		require.Equal(t, want, records.At(i).Timestamp().AsTime().Format(time.RFC3339Nano))
	}
	require.Equal(t, []Note{{"time", noteUnread, "redacted", 1, 3}}, mp.Notes())
}

func TestBrokenLines(t *testing.T) {
	t.Parallel()
	m, err := LoadMap([]byte(mapText), nil)
	require.NoError(t, err)
	mp := m.NewMapper(time.Now())
	_, records := mp.NewLogs()
	for line, want := range map[string]string{
		`{"t":`:                        "ends in the middle of a JSON value",
		`{"t":"2024-01-01"} {}`:        "more than one JSON value",
		`{"t":"2024-01-01"}}`:          "more than one JSON value",
		`nonsense`:                     "is no JSON",
		`[{"t":"2024-01-01"}]`:         "jq -c",
		`"text"`:                       "is no JSON object",
		`{"u":1}`:                      `give the map's "time" a "default"`,
		`{"t":"1960-01-01T00:00:00Z"}`: `give the map's "time" a "default"`,
	} {
		require.ErrorContains(t, mp.Map([]byte(line), 1, records), want, line)
	}
	require.Zero(t, records.Len())
}

// BenchmarkMap maps a line of a git history, from its bytes to its record.
func BenchmarkMap(b *testing.B) {
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "import", "git-history.yaml"))
	require.NoError(b, err)
	m, err := LoadMap(text, nil)
	require.NoError(b, err)
	mp := m.NewMapper(time.Now())
	line := []byte(`{"kind": "file", "commit": "5620728b80f738d309b203472b0b977c96e908f7", "author": "dev-b699a1882c", "committed_at": "2023-11-08T11:42:39-06:00", "action": "file_updated", "path": ".github/workflows/ci.yml", "old": "5fa7dcc74711", "new": "447e387756d1"}`)
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	_, records := mp.NewLogs()
	for b.Loop() {
		if records.Len() == DefaultBatchRecords {
			_, records = mp.NewLogs()
		}
		if err := mp.Map(line, 1, records); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzMap(f *testing.F) {
	m, err := LoadMap([]byte(mapText+"  project: [/a/b/0, {join: [/c, /d]}]\n  status: {path: /s, case: lower, lookup: {x: success}}\n  metadata: {keep: rest, drop: [/x/y]}\n  changes: {before: /o, fields: /o}\n"), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"t":"2024-01-01","a":{"b":["x"]},"s":"X","x":{"y":1},"o":{"k":[{}]}}`))
	f.Add([]byte(`{"t":1e11,"c":"\ud800","d":"\u0000"}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		mp := m.NewMapper(time.Unix(0, 0))
		logs, records := mp.NewLogs()
		if mp.Map(line, 1, records) == nil {
			require.Equal(t, 1, logs.LogRecordCount())
			_, err := new(plog.ProtoMarshaler).MarshalLogs(logs)
			require.NoError(t, err)
		}
	})
}
