package importer

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPathFinds(t *testing.T) {
	t.Parallel()
	const line = `{"case:concept:name":"c","resource country":"se","a":{"b":[{"c":1},2],"d":null,"":"e"},"x/y":"slash","m~n":"tilde","0":"zero","Key":"upper"}`
	root, err := parseRecord([]byte(line))
	require.NoError(t, err)
	for path, want := range map[string]any{
		"/case:concept:name": "c",
		"/resource country":  "se",
		"/a/b/0/c":           json.Number("1"),
		"/a/b/1":             json.Number("2"),
		"/a/b/2":             nil,
		"/a/b/-1":            nil,
		"/a/b/c":             nil,
		"/a/d":               nil,
		"/a/":                "e",
		"/x~1y":              "slash",
		"/m~0n":              "tilde",
		"/0":                 "zero",
		"/nothing/at/all":    nil,
		"/x~1y/deeper":       nil,
		"/key":               nil,
	} {
		p, err := ParsePath(path)
		require.NoError(t, err)
		require.Equal(t, want, p.find(root, false), path)
	}
}

func TestPathIgnoresCaseWhenAsked(t *testing.T) {
	t.Parallel()
	root, err := parseRecord([]byte(`{"EventTime":{"Zone":"z"},"KEY":"1","Key":"2","key":"3"}`))
	require.NoError(t, err)
	for path, want := range map[string]any{"/eventtime/zone": "z", "/key": "3", "/kEY": "1", "/none": nil} {
		p, err := ParsePath(path)
		require.NoError(t, err)
		require.Equal(t, want, p.find(root, true), path)
	}
}

func TestParsePathWantsASlash(t *testing.T) {
	t.Parallel()
	_, err := ParsePath("org:resource")
	require.EqualError(t, err, `"org:resource" is no path: a path starts with a slash, write "/org:resource"`)
}
