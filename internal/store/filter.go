package store

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Filter chooses activities. The zero value chooses all; what is set narrows.
type Filter struct {
	// From is the first instant, To the first one beyond; zero is without bound.
	From, To time.Time

	Project, Source, Status, Severity Match
	Action, Actor, OnBehalfOf         Match
	// Trace takes trace ids as 32 hexadecimal digits.
	Trace, Operation Match
	Entity           EntityMatch
	// EntityType and EntityID choose by the halves of the entity, each on its own.
	EntityType, EntityID Match

	// Text is looked for, as it is and in any case, in the columns that people
	// read: action, entity, actor, details and reason. No index helps it.
	Text string

	// nothing is set when a scope leaves nothing to choose from.
	nothing bool
}

// Match chooses by the values of one column: it is one of Any, unless Any is
// empty, and none of None. An absent value is none of anything.
type Match struct{ Any, None []string }

// Add reads values as command lines and query strings write them: with a "-" in
// front the value is one of None.
func (m *Match) Add(values ...string) {
	for _, value := range values {
		if rest, not := strings.CutPrefix(value, "-"); not {
			m.None = append(m.None, rest)
		} else {
			m.Any = append(m.Any, value)
		}
	}
}

func (m Match) empty() bool { return len(m.Any)+len(m.None) == 0 }

func (m Match) sorted() Match {
	return Match{Any: slices.Sorted(slices.Values(m.Any)), None: slices.Sorted(slices.Values(m.None))}
}

// Entity names one entity; an empty half takes every type or id.
type Entity struct{ Type, ID string }

// ParseEntity reads "type:id" or "type/id", whichever separator comes first, and
// "type" alone.
func ParseEntity(s string) Entity {
	i := strings.IndexAny(s, ":/")
	if i < 0 {
		return Entity{Type: s}
	}
	return Entity{Type: s[:i], ID: s[i+1:]}
}

// EntityMatch is Match for entities.
type EntityMatch struct{ Any, None []Entity }

// Add reads entities as command lines and query strings write them, see
// ParseEntity and Match.Add.
func (m *EntityMatch) Add(values ...string) {
	for _, value := range values {
		if rest, not := strings.CutPrefix(value, "-"); not {
			m.None = append(m.None, ParseEntity(rest))
		} else {
			m.Any = append(m.Any, ParseEntity(value))
		}
	}
}

func (m EntityMatch) empty() bool { return len(m.Any)+len(m.None) == 0 }

func (m EntityMatch) sorted() EntityMatch {
	order := func(a, b Entity) int {
		return strings.Compare(a.Type+"\x00"+a.ID, b.Type+"\x00"+b.ID)
	}
	return EntityMatch{Any: slices.SortedFunc(slices.Values(m.Any), order), None: slices.SortedFunc(slices.Values(m.None), order)}
}

// FilterError says which part of a filter can't be used, and why.
type FilterError struct {
	Field  string // in snake case: project, source, on_behalf_of, …
	Value  string
	Reason string
}

func (e *FilterError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("filter by %s: %s", e.Field, e.Reason)
	}
	return fmt.Sprintf("filter by %s %q: %s", e.Field, e.Value, e.Reason)
}
