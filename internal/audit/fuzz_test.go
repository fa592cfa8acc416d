package audit

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

// hstoreText prints pairs as Postgres does.
func hstoreText(pairs [][2][]byte) string {
	escapes := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	var parts []string
	for _, p := range pairs {
		value := "NULL"
		if p[1] != nil {
			value = `"` + escapes.Replace(string(p[1])) + `"`
		}
		parts = append(parts, `"`+escapes.Replace(string(p[0]))+`"=>`+value)
	}
	return strings.Join(parts, ", ")
}

func FuzzHstore(f *testing.F) {
	for _, seed := range []string{
		``, `"a"=>"1"`, `"a"=>NULL, "b"=>"NULL"`, `"a\"b\\c"=>"=>, \""`, `"a"=>"`, `"a"=>"1",`, `"a"`, `"a"=>1`, `"a"=>"\`, `, "a"=>"1"`, `""=>""`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var pairs [][2][]byte
		h := hstore{text: []byte(text)}
		err := h.pairs(func(key, value []byte) { pairs = append(pairs, [2][]byte{key, value}) })
		if err != nil {
			return
		}
		// What can be read and is printed again is read as the same.
		var again [][2][]byte
		h = hstore{text: []byte(hstoreText(pairs))}
		require.NoError(t, h.pairs(func(key, value []byte) { again = append(again, [2][]byte{key, value}) }))
		require.Equal(t, hstoreText(pairs), hstoreText(again))
		require.Len(t, again, len(pairs))
	})
}

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`null`, `[1, -2.50, 1e3, 12345678901234567890, 1e999, 0.1, -0, 0.30000000000000004]`, `{"a": {"b": ["\u00e9\ud83d\ude00\n\"\\"]}}`,
		`{"a": 1, "a": 2}`, `[01]`, `"`, `{"a"`, `[,]`, `[1,]`, `tru`, `{"": ""} x`, "\"\x01\"", `"\q"`, `-`, `1.`, `[[[[]]]]`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		to := pcommon.NewValueEmpty()
		j := jsonText{text: []byte(text)}
		err := j.value(to)
		if err == nil {
			err = j.end()
		}
		// The standard library takes the same.
		require.Equal(t, json.Valid([]byte(text)), err == nil, "%v", err)
		if err != nil || !utf8.ValidString(text) {
			return // Postgres has no text that isn't UTF-8
		}
		decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
		decoder.UseNumber()
		var want any
		require.NoError(t, decoder.Decode(&want))
		requireSame(t, want, to)
	})
}

func requireSame(t *testing.T, want any, got pcommon.Value) {
	t.Helper()
	switch want := want.(type) {
	case nil:
		require.Equal(t, pcommon.ValueTypeEmpty, got.Type())
	case bool:
		require.Equal(t, want, got.Bool())
	case string:
		require.Equal(t, want, got.Str())
	case json.Number:
		requireSameNumber(t, want, got)
	case []any:
		require.Equal(t, len(want), got.Slice().Len())
		for i := range want {
			requireSame(t, want[i], got.Slice().At(i))
		}
	case map[string]any:
		for name, v := range want {
			if m, ok := got.Map().Get(name); ok {
				requireSame(t, v, m)
			}
		}
	}
}

func requireSameNumber(t *testing.T, want json.Number, got pcommon.Value) {
	t.Helper()
	if got.Type() == pcommon.ValueTypeInt {
		n, err := want.Int64()
		require.NoError(t, err)
		require.Equal(t, n, got.Int())
		return
	}
	if got.Type() == pcommon.ValueTypeDouble {
		f, err := want.Float64()
		require.NoError(t, err)
		require.Equal(t, math.Float64bits(f), math.Float64bits(got.Double()))
		return
	}
	require.Equal(t, want.String(), got.Str())
}
