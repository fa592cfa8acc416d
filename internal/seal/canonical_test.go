package seal

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func canonical(t *testing.T, doc string) string {
	t.Helper()
	var c canonicalizer
	out, err := c.append(nil, []byte(doc))
	require.NoError(t, err, doc)
	return string(out)
}

func TestCanonicalForms(t *testing.T) {
	t.Parallel()
	for name, same := range map[string][]string{
		"white space": {`{"a":1,"b":[1,2]}`, " {\t\"a\" : 1 ,\n\"b\" : [ 1,\r2 ] } "},
		"order":       {`{"b":1,"aa":2,"c":3}`, `{"aa":2,"c":3,"b":1}`},
		"last wins":   {`{"a":3}`, `{"a":1,"a":2,"a":3}`, `{"a":{"x":1},"a":3}`},
		"nested":      {`{"o":{"y":1,"x":[{"b":1,"a":2}]}}`, `{"o":{"x":[{"a":2,"b":1}],"y":1}}`},
		"escapes":     {`"A\n\"\\/😀é"`, `"\u0041\u000a\u0022\u005c\/\ud83d\uDE00\u00e9"`},
		"integers":    {`1500`, `1500.0`, `1.5e3`, `1.5E+3`, `15000e-1`, `0.15e4`},
		"fractions":   {`0.00015`, `1.5e-4`, `0.000150`},
		"zero":        {`0`, `-0`, `0.000`, `-0e10`, `0e-5`},
		"large":       {`1e400`, `10e399`, `1` + strings.Repeat("0", 400)},
		"negative":    {`-12`, `-1.2e1`, `-12.0`},
	} {
		for _, doc := range same {
			require.Equal(t, canonical(t, same[0]), canonical(t, doc), "%s: %s", name, doc)
		}
	}
	different := []string{
		`null`, `true`, `false`, `0`, `1`, `10`, `-1`, `"1"`, `"null"`, `""`, `[]`, `{}`, `[[]]`, `[1]`, `[1,2]`, `[12]`,
		`[null]`, `{"a":1}`, `{"a":"1"}`, `{"a":[1]}`, `{"a":1,"b":2}`, `{"b":1,"a":2}`, `["a",1]`,
	}
	seen := map[string]string{}
	for _, doc := range different {
		form := canonical(t, doc)
		require.Empty(t, seen[form], "%s and %s", doc, seen[form])
		seen[form] = doc
	}
}

func TestCanonicalRefuses(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		``, ` `, `{`, `[`, `"`, `"\`, `"\x"`, `"\u12"`, `"\ud800"`, `"\ud800A"`, `"\udc00"`, `{"a"}`, `{"a":}`, `{a:1}`,
		`[1 2]`, `nul`, `1 2`, `-`, `.`, `e5`, `1e`, `1e99999999999`, `{"a":1}}`, strings.Repeat("[", maxDepth+1),
	} {
		var c canonicalizer
		_, err := c.append(nil, []byte(doc))
		require.ErrorIs(t, err, errNotJSON, doc)
	}
}

// What is refused must not panic, and what is not must be a form of its own.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{`{"b":[1,2.50,-0,1e5],"aa":{"x":"\u00e9\n"},"b":null}`, `"\ud83d\ude00"`, `[[[]]]`, `{"":{"":0}}`, `1e-5`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var c canonicalizer
		first, err := c.append(nil, doc)
		again, errAgain := c.append([]byte("x"), doc)
		require.Equal(t, err, errAgain)
		if err == nil {
			require.Equal(t, string(first), string(again[1:]))
		}
	})
}
