package otlpjson

import (
	"math"
	"strconv"

	"go.opentelemetry.io/otel/attribute"
)

type keyValue struct {
	Key   string `json:"key"`
	Value value  `json:"value"`
}

// value has one member, by the name of its type; none for the empty value.
type value map[string]any

type (
	list struct {
		Values []value `json:"values"`
	}
	keyValueList struct {
		Values []keyValue `json:"values"`
	}
)

func keyValueOf(kv attribute.KeyValue) keyValue {
	return keyValue{Key: string(kv.Key), Value: valueOf(kv.Value)}
}

func keyValuesOf(kvs []attribute.KeyValue) []keyValue { return each(kvs, keyValueOf) }

func valueOf(v attribute.Value) value {
	switch v.Type() {
	case attribute.BOOL:
		return boolean(v.AsBool())
	case attribute.INT64:
		return integer(v.AsInt64())
	case attribute.FLOAT64:
		return double(v.AsFloat64())
	case attribute.STRING:
		return text(v.AsString())
	case attribute.BYTESLICE:
		return value{"bytesValue": v.AsByteSlice()}
	case attribute.BOOLSLICE:
		return array(v.AsBoolSlice(), boolean)
	case attribute.INT64SLICE:
		return array(v.AsInt64Slice(), integer)
	case attribute.FLOAT64SLICE:
		return array(v.AsFloat64Slice(), double)
	case attribute.STRINGSLICE:
		return array(v.AsStringSlice(), text)
	case attribute.SLICE:
		return array(v.AsSlice(), valueOf)
	case attribute.MAP:
		return value{"kvlistValue": keyValueList{Values: keyValuesOf(v.AsMap())}}
	case attribute.EMPTY:
		fallthrough
	default:
		return value{}
	}
}

func boolean(b bool) value { return value{"boolValue": b} }

func text(s string) value { return value{"stringValue": s} }

func integer(i int64) value { return value{"intValue": strconv.FormatInt(i, 10)} }

// double writes what JSON has no number for as a text, as protobuf does.
func double(f float64) value {
	switch {
	case math.IsNaN(f):
		return value{"doubleValue": "NaN"}
	case math.IsInf(f, 1):
		return value{"doubleValue": "Infinity"}
	case math.IsInf(f, -1):
		return value{"doubleValue": "-Infinity"}
	default:
		return value{"doubleValue": f}
	}
}

func array[T any](elements []T, of func(T) value) value {
	return value{"arrayValue": list{Values: each(elements, of)}}
}

func each[T, U any](elements []T, of func(T) U) []U {
	all := make([]U, 0, len(elements))
	for _, e := range elements {
		all = append(all, of(e))
	}
	return all
}
