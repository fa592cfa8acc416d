package importer

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// putValue writes a JSON value.
func putValue(dst pcommon.Value, v any) {
	switch v := v.(type) {
	case string:
		dst.SetStr(v)
	case bool:
		dst.SetBool(v)
	case json.Number:
		putNumber(dst, v)
	case map[string]any:
		putObject(dst.SetEmptyMap(), v)
	case []any:
		list := dst.SetEmptySlice()
		list.EnsureCapacity(len(v))
		for _, item := range v {
			putValue(list.AppendEmpty(), item)
		}
	}
}

// putObject writes the members in the order of their names, so that the same
// line always gives the same bytes.
func putObject(dst pcommon.Map, object map[string]any) {
	dst.EnsureCapacity(len(object))
	for _, key := range sortedKeys(object) {
		putValue(dst.PutEmpty(key), object[key])
	}
}

// putNumber keeps a number that neither an int64 nor a double can hold as text:
// an id of 20 digits must not lose its last ones.
func putNumber(dst pcommon.Value, n json.Number) {
	if i, err := n.Int64(); err == nil {
		dst.SetInt(i)
		return
	}
	f, err := n.Float64()
	if err != nil || math.IsInf(f, 0) || isInteger(n) {
		dst.SetStr(n.String())
		return
	}
	dst.SetDouble(f)
}

func isInteger(n json.Number) bool {
	for _, c := range n.String() {
		if (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// jsonValue returns a constant of a map file as the JSON value that it looks
// like.
func jsonValue(text, tag string) any {
	switch tag {
	case "!!bool":
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case "!!int", "!!float":
		if n := json.Number(text); json.Valid([]byte(text)) {
			return n
		}
	}
	return text
}

func sortedKeys(object map[string]any) []string {
	return slices.Sorted(maps.Keys(object))
}
