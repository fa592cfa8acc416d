package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const whenForms = "an RFC 3339 time (2026-03-01T12:00:00Z), a day (2026-03-01, UTC), or a time back from now (90s, 15m, 2h, 7d, 4w)"

// parseWhen reads a point in time as the flags take it.
func parseWhen(s string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t, nil
	}
	if back, ok := parseBack(s); ok {
		return now.Add(-back), nil
	}
	return time.Time{}, fmt.Errorf("%q is none of: %s", s, whenForms)
}

// parseBack adds days and weeks to what time.ParseDuration reads.
func parseBack(s string) (time.Duration, bool) {
	for unit, length := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		number, ok := strings.CutSuffix(s, unit)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 16)
		return time.Duration(n) * length, err == nil
	}
	d, err := time.ParseDuration(s)
	return d, err == nil && d >= 0
}

// when is a flag whose value is a point in time.
type when struct {
	text string
	time time.Time
}

func (w *when) String() string { return w.text }
func (w *when) Type() string   { return "time" }

func (w *when) Set(s string) error {
	t, err := parseWhen(s, time.Now())
	if err != nil {
		return err
	}
	w.text, w.time = s, t
	return nil
}
