package importer

import (
	"strings"
	"time"
)

// parseDateTime reads what logs and exports write for a time: RFC 3339, also
// with a space for the T, with any number of digits of a second or with none,
// without an offset, or with one like +02, +0200 or +02:00. A date alone is its
// first moment.
func parseDateTime(s string, zone *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	c := &cursor{rest: s}
	year, ok1 := c.number(4)
	month, ok2 := c.after('-', 2)
	day, ok3 := c.after('-', 2)
	if !ok1 || !ok2 || !ok3 || month < 1 || month > 12 || day < 1 {
		return time.Time{}, false
	}
	var hour, minute, second, nanos int
	if c.rest != "" {
		if hour, minute, second, nanos, ok1 = c.clock(); !ok1 {
			return time.Time{}, false
		}
		seconds, given, ok := c.offset()
		if !ok || c.rest != "" {
			return time.Time{}, false
		}
		if given {
			zone, second = time.UTC, second-seconds
		}
	}
	// time.Date would turn the 30th of February into the 2nd of March.
	if time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() != day {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, zone), true
}

// cursor reads a text from its front.
type cursor struct{ rest string }

func (c *cursor) number(digits int) (int, bool) {
	if len(c.rest) < digits {
		return 0, false
	}
	n := 0
	for i := range digits {
		d := c.rest[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = n*10 + int(d)
	}
	c.rest = c.rest[digits:]
	return n, true
}

func (c *cursor) skip(b byte) bool {
	if c.rest == "" || c.rest[0] != b {
		return false
	}
	c.rest = c.rest[1:]
	return true
}

func (c *cursor) after(b byte, digits int) (int, bool) {
	if !c.skip(b) {
		return 0, false
	}
	return c.number(digits)
}

func (c *cursor) clock() (hour, minute, second, nanos int, ok bool) {
	if !c.skip('T') && !c.skip('t') && !c.skip(' ') {
		return 0, 0, 0, 0, false
	}
	var ok1, ok2 bool
	hour, ok1 = c.number(2)
	minute, ok2 = c.after(':', 2)
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return 0, 0, 0, 0, false
	}
	if c.skip(':') {
		// A leap second has the number 60.
		if second, ok1 = c.number(2); !ok1 || second > 60 {
			return 0, 0, 0, 0, false
		}
		nanos, ok1 = c.fraction()
	}
	return hour, minute, second, nanos, ok1
}

// fraction reads the digits of a second; those beyond the ninth are dropped.
func (c *cursor) fraction() (nanos int, ok bool) {
	if !c.skip('.') && !c.skip(',') {
		return 0, true
	}
	digits := 0
	for ; c.rest != "" && c.rest[0]-'0' <= 9; digits++ {
		if digits < 9 {
			nanos = nanos*10 + int(c.rest[0]-'0')
		}
		c.rest = c.rest[1:]
	}
	for i := digits; i < 9; i++ {
		nanos *= 10
	}
	return nanos, digits > 0
}

// offset reads how many seconds a time is ahead of UTC, if it says so.
func (c *cursor) offset() (seconds int, given, ok bool) {
	c.rest = strings.TrimPrefix(c.rest, " ")
	switch c.rest {
	case "":
		return 0, false, true
	case "Z", "z", "UTC", "GMT":
		c.rest = ""
		return 0, true, true
	}
	sign := 1
	if c.skip('-') {
		sign = -1
	} else if !c.skip('+') {
		return 0, false, false
	}
	hours, ok := c.number(2)
	minutes := 0
	if ok && c.rest != "" {
		c.skip(':')
		minutes, ok = c.number(2)
	}
	if !ok || hours > 23 || minutes > 59 {
		return 0, false, false
	}
	return sign * (hours*60 + minutes) * 60, true, true
}
