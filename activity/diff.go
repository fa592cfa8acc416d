package activity

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
)

// masked stands for a value that must not be kept.
const masked = "***"

// Diff compares two values of the same thing, structs or maps or pointers to them,
// and returns the fields that differ, with the names that encoding/json gives them.
// A nil value is a thing that is not there: everything was made, or removed. The tag
// `activity:"-"` leaves a field out, as `json:"-"` does; `activity:"mask"` tells that
// it changed and hides its values. Values count as the same when they are recorded
// in the same way.
func Diff(before, after any) Changes {
	return compare(fieldsOf(before), fieldsOf(after))
}

// WithChanges records what the function changed. Before is looked at now, after when
// the function has returned, so that it is a pointer to what the function changes.
// Both are read as Diff does. When the function fails, nothing has changed.
func WithChanges(before, after any) DoOption {
	was := fieldsOf(before)
	return Finish(func(a *Activity) {
		if a.Err == nil {
			a.Changes = compare(was, fieldsOf(after))
		}
	})
}

// field is what is kept of a struct's field or a map's entry. It holds nothing that
// somebody else may change later.
type field struct {
	value  attribute.Value
	time   time.Time // set when the value is one: the same instant has many texts
	masked bool
}

func (f *field) equal(other *field) bool {
	if !f.time.IsZero() && !other.time.IsZero() {
		return f.time.Equal(other.time)
	}
	return equalValues(f.value, other.value)
}

// shown is what is recorded: plain where a plain Go value will do.
func (f *field) shown() any {
	if f.masked {
		return masked
	}
	switch f.value.Type() { //nolint:exhaustive // what is nested stays as it is
	case attribute.EMPTY:
		return nil
	case attribute.BOOL, attribute.INT64, attribute.FLOAT64, attribute.STRING:
		return f.value.AsInterface()
	default:
		return f.value
	}
}

func compare(before, after map[string]field) Changes {
	c := Changes{Before: map[string]any{}, After: map[string]any{}}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		was := before[name]
		is, still := after[name]
		if still && was.equal(&is) {
			continue
		}
		c.Fields = append(c.Fields, name)
		c.Before[name] = was.shown()
		if still {
			c.After[name] = is.shown()
		}
	}
	for name, is := range after {
		if _, was := before[name]; !was {
			c.Fields = append(c.Fields, name)
			c.After[name] = is.shown()
		}
	}
	slices.Sort(c.Fields)
	return c
}

// fieldsOf returns the fields of a struct or the entries of a map; another value is
// one field of the name "value".
func fieldsOf(v any) map[string]field {
	fields := map[string]field{}
	rv := dereference(reflect.ValueOf(v))
	switch {
	case !rv.IsValid():
	case rv.Kind() == reflect.Struct && rv.Type() != timeType:
		addStruct(fields, rv, maxDepth)
	case rv.Kind() == reflect.Map && rv.Type().Key().Kind() == reflect.String:
		for entries := rv.MapRange(); entries.Next(); {
			fields[entries.Key().String()] = keep(entries.Value(), false)
		}
	default:
		fields["value"] = keep(rv, false)
	}
	return fields
}

var timeType = reflect.TypeFor[time.Time]()

// dereference follows pointers, the zero Value where they end in nil or never.
func dereference(rv reflect.Value) reflect.Value {
	for range maxDepth {
		if rv.Kind() != reflect.Pointer && rv.Kind() != reflect.Interface {
			return rv
		}
		rv = rv.Elem()
	}
	return reflect.Value{}
}

func addStruct(fields map[string]field, rv reflect.Value, depth int) {
	for _, f := range reflect.VisibleFields(rv.Type()) {
		if len(f.Index) > 1 {
			continue // it is added with the struct that it is embedded in
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		mark := f.Tag.Get("activity")
		if name == "-" || mark == "-" {
			continue
		}
		value := rv.FieldByIndex(f.Index)
		if f.Anonymous && name == "" && depth > 0 {
			if inner := dereference(value); inner.Kind() == reflect.Struct {
				addStruct(fields, inner, depth-1)
				continue
			}
		}
		if !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields[name] = keep(value, mark == "mask")
	}
}

func keep(rv reflect.Value, hidden bool) field {
	inner := dereference(rv)
	if !inner.IsValid() {
		return field{masked: hidden}
	}
	v := rv.Interface()
	repairs := newRepairs()
	f := field{value: repairs.value(v, maxDepth), masked: hidden}
	if at, ok := reflect.TypeAssert[time.Time](inner); ok {
		f.time = at
	}
	return f
}

// equalValues compares maps whatever the order of their entries.
func equalValues(a, b attribute.Value) bool {
	if a.Type() != b.Type() {
		return false
	}
	switch a.Type() { //nolint:exhaustive // the rest has no entries
	case attribute.MAP:
		return slices.EqualFunc(sorted(a.AsMap()), sorted(b.AsMap()), func(x, y attribute.KeyValue) bool {
			return x.Key == y.Key && equalValues(x.Value, y.Value)
		})
	case attribute.SLICE:
		return slices.EqualFunc(a.AsSlice(), b.AsSlice(), equalValues)
	default:
		return reflect.DeepEqual(a.AsInterface(), b.AsInterface())
	}
}

func sorted(kvs []attribute.KeyValue) []attribute.KeyValue {
	slices.SortFunc(kvs, func(x, y attribute.KeyValue) int { return strings.Compare(string(x.Key), string(y.Key)) })
	return kvs
}
