package importer

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Note is something about the input that the map's author should know: a word
// that a lookup doesn't have, a time that can't be read. The record was sent all
// the same.
type Note struct {
	Field string
	What  string
	// Value is the value as it is in the input, shortened when it is long.
	Value string
	Count int64
	// Line is where it was seen first.
	Line int64
}

// What a Note can be about.
const (
	noteUnknownWord = "unknown word"
	noteUnread      = "not understood"
	noteRepeatedID  = "repeated id"
)

const (
	maxNotes     = 1000
	maxNoteValue = 80
	noteOther    = "(other values)"
)

type noteKey struct{ field, what, value string }

// notes collects Notes. It is not safe for concurrent use.
type notes struct {
	line int64
	byID map[noteKey]*Note
}

func (n *notes) add(field, what, value string) {
	key := noteKey{field, what, shorten(value, maxNoteValue)}
	note, ok := n.byID[key]
	if !ok && len(n.byID) >= maxNotes {
		key.value = noteOther
		note, ok = n.byID[key]
	}
	if !ok {
		if n.byID == nil {
			n.byID = map[noteKey]*Note{}
		}
		note = &Note{Field: field, What: what, Value: key.value, Line: n.line}
		n.byID[key] = note
	}
	note.Count++
}

// list returns the notes, the most frequent of each field first.
func (n *notes) list() []Note {
	list := make([]Note, 0, len(n.byID))
	for _, note := range n.byID {
		list = append(list, *note)
	}
	slices.SortFunc(list, func(a, b Note) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.What, b.What),
			cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// shorten cuts s to at most limit bytes without splitting a character.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
