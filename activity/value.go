package activity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"
)

// maxDepth is how deep values may be nested. It ends values that contain
// themselves, whose descent would end the program.
const maxDepth = 16

const tooDeep = "!TOO DEEP"

func (r *repairs) textsValue(list []string) attribute.Value {
	clean := list
	for i, s := range list {
		text := r.text(s)
		if text == s {
			continue
		}
		if &clean[0] == &list[0] {
			clean = slices.Clone(list) // the caller's stays as it is
		}
		clean[i] = text
	}
	return attribute.StringSliceValue(clean)
}

// value returns v as an attribute's value, which may go depth levels deep.
func (r *repairs) value(v any, depth int) attribute.Value {
	if r.left -= nodeSize; r.left < 0 {
		return attribute.StringValue(r.note(foundSize, tooLarge))
	}
	switch v := v.(type) {
	case nil:
		return attribute.Value{}
	case string:
		return attribute.StringValue(r.text(v))
	case bool:
		return attribute.BoolValue(v)
	case int:
		return attribute.IntValue(v)
	case int64:
		return attribute.Int64Value(v)
	case float64:
		return attribute.Float64Value(v)
	case json.Number:
		return r.numberValue(v)
	case time.Time:
		return attribute.StringValue(v.Format(time.RFC3339Nano))
	case []byte:
		return r.bytesValue(v)
	case []string:
		return r.textsValue(v)
	case []any:
		return r.sliceValue(v, depth)
	case map[string]any:
		return r.mapValue(v, depth)
	case attribute.Value:
		return r.cleanValue(v)
	default:
		return r.foreignValue(v, depth)
	}
}

func (r *repairs) mapValue(m map[string]any, depth int) attribute.Value {
	if depth == 0 {
		return attribute.StringValue(r.note(foundDepth, tooDeep))
	}
	var buffer [8]attribute.KeyValue
	kvs := buffer[:0]
	for k, v := range m {
		if r.left < 0 {
			r.note(foundSize, "")
			break
		}
		kvs = append(kvs, attribute.KeyValue{Key: attribute.Key(r.text(k)), Value: r.value(v, depth-1)})
	}
	return attribute.MapValue(kvs...)
}

func (r *repairs) sliceValue(list []any, depth int) attribute.Value {
	if depth == 0 {
		return attribute.StringValue(r.note(foundDepth, tooDeep))
	}
	values := make([]attribute.Value, 0, min(len(list), maxRecord/nodeSize))
	for _, v := range list {
		if r.left < 0 {
			r.note(foundSize, "")
			break
		}
		values = append(values, r.value(v, depth-1))
	}
	return attribute.SliceValue(values...)
}

func (r *repairs) bytesValue(b []byte) attribute.Value {
	if len(b) > r.left {
		return attribute.StringValue(r.note(foundSize, tooLarge))
	}
	r.left -= len(b)
	return attribute.ByteSliceValue(b)
}

func (r *repairs) numberValue(n json.Number) attribute.Value {
	if i, err := n.Int64(); err == nil {
		return attribute.Int64Value(i)
	}
	if f, err := n.Float64(); err == nil {
		return attribute.Float64Value(f)
	}
	return attribute.StringValue(r.text(n.String()))
}

// foreignValue calls into code that is not ours and may panic.
func (r *repairs) foreignValue(v any, depth int) (out attribute.Value) {
	defer func() {
		if p := recover(); p != nil {
			out = attribute.StringValue(r.note(foundPanic, r.text(fmt.Sprint("!PANIC: ", p))))
		}
	}()
	switch v := v.(type) {
	case error:
		return attribute.StringValue(r.text(v.Error()))
	case fmt.Stringer:
		return attribute.StringValue(r.text(v.String()))
	}
	switch rv := reflect.ValueOf(v); {
	case rv.Kind() == reflect.String:
		return attribute.StringValue(r.text(rv.String()))
	case rv.Kind() == reflect.Bool:
		return attribute.BoolValue(rv.Bool())
	case rv.CanInt():
		return attribute.Int64Value(rv.Int())
	case rv.CanUint():
		return uintValue(rv.Uint())
	case rv.CanFloat():
		return attribute.Float64Value(rv.Float())
	default:
		return r.jsonValue(v, depth)
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
func (r *repairs) jsonValue(v any, depth int) attribute.Value {
	encoded, err := json.Marshal(v)
	if err != nil {
		return attribute.StringValue(r.note(foundUnsupported, r.text("!ERROR: "+err.Error())))
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var decoded any
	if err := decoder.Decode(&decoded); err != nil {
		return attribute.StringValue(r.note(foundUnsupported, r.text("!ERROR: "+err.Error())))
	}
	return r.value(decoded, depth)
}

func (r *repairs) cleanAttribute(kv attribute.KeyValue) attribute.KeyValue {
	return attribute.KeyValue{Key: attribute.Key(r.text(string(kv.Key))), Value: r.cleanValue(kv.Value)}
}

// cleanValue replaces bytes that are not UTF-8 wherever they are in v.
func (r *repairs) cleanValue(v attribute.Value) attribute.Value {
	switch v.Type() { //nolint:exhaustive // the other types hold no text
	case attribute.STRING:
		return attribute.StringValue(r.text(v.AsString()))
	case attribute.STRINGSLICE:
		return r.textsValue(v.AsStringSlice())
	case attribute.SLICE:
		list := v.AsSlice()
		for i := range list {
			list[i] = r.cleanValue(list[i])
		}
		return attribute.SliceValue(list...)
	case attribute.MAP:
		kvs := v.AsMap()
		for i := range kvs {
			kvs[i] = r.cleanAttribute(kvs[i])
		}
		return attribute.MapValue(kvs...)
	default:
		return v
	}
}
