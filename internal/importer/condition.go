package importer

import (
	"regexp"
	"slices"
)

// conditions hold when each of them does; none at all always hold.
type conditions []condition

func (c conditions) hold(r *record) bool {
	for i := range c {
		if !c[i].holds(r) {
			return false
		}
	}
	return true
}

// condition is one entry below "when": what a path must lead to.
type condition struct {
	path *Path
	// is and not are nil where the map has no such entry.
	is, not []string
	exists  *bool
	match   *regexp.Regexp
}

func (c *condition) holds(r *record) bool {
	v := r.find(c.path)
	text := textOf(v)
	if c.exists != nil && *c.exists != (v != nil && v != "") {
		return false
	}
	if c.is != nil && (v == nil || !slices.Contains(c.is, text)) {
		return false
	}
	if c.not != nil && v != nil && slices.Contains(c.not, text) {
		return false
	}
	return c.match == nil || (v != nil && c.match.MatchString(text))
}
