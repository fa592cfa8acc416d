package importer

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// instant is a point in time in nanoseconds since the epoch, as OTLP has it.
type instant int64

func (i instant) milliseconds() int64 { return int64(i) / int64(time.Millisecond) }

var (
	errNoInstant  = errors.New("is no time")
	errOutOfRange = errors.New("is before 1970 or after 2262, which OTLP can't carry")
)

// instantReader reads times of one format.
type instantReader func(v any) (instant, error)

// epochUnits are the formats for counts since the epoch.
var epochUnits = map[string]time.Duration{
	"unix_s":  time.Second,
	"unix_ms": time.Millisecond,
	"unix_us": time.Microsecond,
	"unix_ns": time.Nanosecond,
}

const formatAuto = "auto"

// newInstantReader returns the reader of a format: auto, unix_s … unix_ns, or a
// layout of Go's package time. A time without an offset is taken to be in zone.
func newInstantReader(format string, zone *time.Location) (instantReader, error) {
	if unit, ok := epochUnits[format]; ok {
		return func(v any) (instant, error) { return readEpoch(textOf(v), unit) }, nil
	}
	if format == formatAuto {
		return func(v any) (instant, error) { return readAuto(v, zone) }, nil
	}
	if !strings.Contains(format, "06") {
		return nil, errors.New("is no time format: use auto, unix_s, unix_ms, unix_us, unix_ns, or a layout such as \"02/Jan/2006:15:04:05 -0700\"")
	}
	return func(v any) (instant, error) {
		t, err := time.ParseInLocation(format, textOf(v), zone)
		if err != nil {
			return 0, errNoInstant
		}
		return instantOf(t)
	}, nil
}

func instantOf(t time.Time) (instant, error) {
	if s := t.Unix(); s < 0 || s >= math.MaxInt64/int64(time.Second) {
		return 0, errOutOfRange
	}
	return instant(t.UnixNano()), nil
}

// readAuto reads a date and time in the order of ISO 8601, and a number by its
// magnitude: seconds, milliseconds, microseconds or nanoseconds.
func readAuto(v any, zone *time.Location) (instant, error) {
	if number, ok := v.(json.Number); ok {
		f, err := number.Float64()
		if err != nil {
			return 0, errNoInstant
		}
		return readEpoch(number.String(), unitByMagnitude(f))
	}
	text, ok := v.(string)
	if !ok {
		return 0, errNoInstant
	}
	t, ok := parseDateTime(text, zone)
	if !ok {
		return 0, errNoInstant
	}
	return instantOf(t)
}

// unitByMagnitude takes a number for the unit in which it lies between 1973 and
// about 5000.
func unitByMagnitude(n float64) time.Duration {
	switch {
	case n < 1e11:
		return time.Second
	case n < 1e14:
		return time.Millisecond
	case n < 1e17:
		return time.Microsecond
	default:
		return time.Nanosecond
	}
}

func readEpoch(text string, unit time.Duration) (instant, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		if n < 0 || n > math.MaxInt64/int64(unit) {
			return 0, errOutOfRange
		}
		return instant(n * int64(unit)), nil
	}
	// A fraction is read exactly: a float64 has no room for the nanoseconds of
	// a present-day time. Exponents are bounded, since they cost memory.
	if len(text) > 40 || strings.ContainsAny(text, "/_xXpP") || (strings.ContainsAny(text, "eE") && !smallExponent(text)) {
		return 0, errNoInstant
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, errNoInstant
	}
	r.Mul(r, new(big.Rat).SetInt64(int64(unit)))
	n := new(big.Int).Quo(r.Num(), r.Denom())
	if r.Sign() < 0 || !n.IsInt64() {
		return 0, errOutOfRange
	}
	return instant(n.Int64()), nil
}

func smallExponent(text string) bool {
	_, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	n, err := strconv.Atoi(exponent)
	return err == nil && n >= -20 && n <= 20
}
