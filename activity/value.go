package activity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"
)

// maxDepth is how deep values may be nested. It ends values that contain
// themselves, whose descent would end the program.
const maxDepth = 16

const tooDeep = "!TOO DEEP"

// text replaces bytes that are not UTF-8: a single one would make an OTLP
// exporter refuse all records of a batch.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func textsValue(list []string) attribute.Value {
	for _, s := range list {
		if utf8.ValidString(s) {
			continue
		}
		clean := make([]string, len(list))
		for i, s := range list {
			clean[i] = text(s)
		}
		return attribute.StringSliceValue(clean)
	}
	return attribute.StringSliceValue(list)
}

// value returns v as an attribute's value, which may go depth levels deep.
func value(v any, depth int) attribute.Value {
	switch v := v.(type) {
	case nil:
		return attribute.Value{}
	case string:
		return attribute.StringValue(text(v))
	case bool:
		return attribute.BoolValue(v)
	case int:
		return attribute.IntValue(v)
	case int64:
		return attribute.Int64Value(v)
	case float64:
		return attribute.Float64Value(v)
	case json.Number:
		return numberValue(v)
	case time.Time:
		return attribute.StringValue(v.Format(time.RFC3339Nano))
	case []byte:
		return attribute.ByteSliceValue(v)
	case []string:
		return textsValue(v)
	case []any:
		return sliceValue(v, depth)
	case map[string]any:
		return mapValue(v, depth)
	case attribute.Value:
		return cleanValue(v)
	default:
		return foreignValue(v, depth)
	}
}

func mapValue(m map[string]any, depth int) attribute.Value {
	if depth == 0 {
		return attribute.StringValue(tooDeep)
	}
	var buffer [8]attribute.KeyValue
	kvs := buffer[:0]
	for k, v := range m {
		kvs = append(kvs, attribute.KeyValue{Key: attribute.Key(text(k)), Value: value(v, depth-1)})
	}
	return attribute.MapValue(kvs...)
}

func sliceValue(list []any, depth int) attribute.Value {
	if depth == 0 {
		return attribute.StringValue(tooDeep)
	}
	values := make([]attribute.Value, len(list))
	for i, v := range list {
		values[i] = value(v, depth-1)
	}
	return attribute.SliceValue(values...)
}

func numberValue(n json.Number) attribute.Value {
	if i, err := n.Int64(); err == nil {
		return attribute.Int64Value(i)
	}
	if f, err := n.Float64(); err == nil {
		return attribute.Float64Value(f)
	}
	return attribute.StringValue(text(n.String()))
}

// foreignValue calls into code that is not ours and may panic.
func foreignValue(v any, depth int) (out attribute.Value) {
	defer func() {
		if p := recover(); p != nil {
			out = attribute.StringValue(text(fmt.Sprint("!PANIC: ", p)))
		}
	}()
	switch v := v.(type) {
	case error:
		return attribute.StringValue(text(v.Error()))
	case fmt.Stringer:
		return attribute.StringValue(text(v.String()))
	}
	switch rv := reflect.ValueOf(v); {
	case rv.Kind() == reflect.String:
		return attribute.StringValue(text(rv.String()))
	case rv.Kind() == reflect.Bool:
		return attribute.BoolValue(rv.Bool())
	case rv.CanInt():
		return attribute.Int64Value(rv.Int())
	case rv.CanUint():
		return uintValue(rv.Uint())
	case rv.CanFloat():
		return attribute.Float64Value(rv.Float())
	default:
		return jsonValue(v, depth)
	}
}

func uintValue(u uint64) attribute.Value {
	if u > math.MaxInt64 {
		return attribute.StringValue(strconv.FormatUint(u, 10))
	}
	return attribute.Int64Value(int64(u))
}

// jsonValue takes the detour through JSON, which knows field tags and refuses
// values that contain themselves.
func jsonValue(v any, depth int) attribute.Value {
	encoded, err := json.Marshal(v)
	if err != nil {
		return attribute.StringValue(text("!ERROR: " + err.Error()))
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		return attribute.StringValue(text("!ERROR: " + err.Error()))
	}
	return value(decoded, depth)
}

func cleanAttribute(kv attribute.KeyValue) attribute.KeyValue {
	return attribute.KeyValue{Key: attribute.Key(text(string(kv.Key))), Value: cleanValue(kv.Value)}
}

// cleanValue replaces bytes that are not UTF-8 wherever they are in v.
func cleanValue(v attribute.Value) attribute.Value {
	switch v.Type() { //nolint:exhaustive // the other types hold no text
	case attribute.STRING:
		return attribute.StringValue(text(v.AsString()))
	case attribute.STRINGSLICE:
		return textsValue(v.AsStringSlice())
	case attribute.SLICE:
		list := v.AsSlice()
		for i := range list {
			list[i] = cleanValue(list[i])
		}
		return attribute.SliceValue(list...)
	case attribute.MAP:
		kvs := v.AsMap()
		for i := range kvs {
			kvs[i] = cleanAttribute(kvs[i])
		}
		return attribute.MapValue(kvs...)
	default:
		return v
	}
}
