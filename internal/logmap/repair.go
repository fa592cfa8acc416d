package logmap

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// kinds is a set of repairs.
type kinds uint16

const (
	kindNUL       kinds = 1 << iota // NUL became U+FFFD
	kindUTF8                        // bytes that are no UTF-8 became U+FFFD
	kindNonFinite                   // a number that the database can't hold became text
	kindDepth                       // what was nested too deep became an ellipsis
	kindCut                         // what was too long lost its end
	kindPast                        // a time before 1970-01-02 became the time of receipt
	kindFuture                      // a time more than a day ahead became the time of receipt
	kindRange                       // a number became the nearest allowed one
)

var kindNames = [...]string{"nul", "utf8", "nonfinite", "depth", "cut", "past", "future", "range"}

// note is one or more repairs of one thing.
type note struct {
	what  string
	kinds kinds
}

// noteRepair remembers what was changed, to be listed in activity.repaired.
func (m *Mapper) noteRepair(what string, found kinds) {
	if found == 0 {
		return
	}
	for i := range m.notes {
		if m.notes[i].what == what {
			m.notes[i].kinds |= found
			return
		}
	}
	m.notes = append(m.notes, note{what: what, kinds: found})
}

// appendNotes writes the list of repairs as a member of the object that is open.
func (w *jsonWriter) appendNotes(key string, notes []note) {
	w.name(key)
	w.buf = append(w.buf, '[')
	first := true
	for _, n := range notes {
		for bit, kind := range kindNames {
			if n.kinds&(1<<bit) == 0 {
				continue
			}
			if !first {
				w.buf = append(w.buf, ',')
			}
			first = false
			w.buf = append(w.buf, '"')
			w.buf = append(w.buf, n.what...)
			w.buf = append(w.buf, ':')
			w.buf = append(w.buf, kind...)
			w.buf = append(w.buf, '"')
		}
	}
	w.buf = append(w.buf, ']')
}

// fit returns text as the column f can hold it.
func (m *Mapper) fit(f field, text string) string {
	if len(text) <= m.limit[f] && isClean(text) {
		return text
	}
	return m.repair(f, text)
}

func (m *Mapper) repair(f field, text string) string {
	var found kinds
	if !isClean(text) {
		text, found = m.arena.clean(text)
	}
	if len(text) > m.limit[f] {
		found |= kindCut
		text = m.arena.cut(text, m.limit[f], isKey(f))
	}
	m.noteRepair(names[f], found)
	return text
}

// isClean reports whether text is UTF-8 without NUL. Most text is ASCII, where
// one look takes eight characters.
func isClean(text string) bool {
	const (
		ones  = 0x0101010101010101
		highs = 0x8080808080808080
	)
	if len(text) < 8 {
		for i := range len(text) {
			if text[i]-1 >= utf8.RuneSelf-1 {
				return isCleanUTF8(text)
			}
		}
		return true
	}
	for i := 0; ; i += 8 {
		i = min(i, len(text)-8) // the last look overlaps the one before
		word := wordAt(text[i : i+8])
		// The high bit of a byte is set in word where it isn't ASCII, and in
		// word-ones where it is NUL.
		if (word|(word-ones))&highs != 0 {
			return isCleanUTF8(text)
		}
		if i == len(text)-8 {
			return true
		}
	}
}

// wordAt returns eight characters as a number; the compiler makes it one load.
func wordAt(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func isCleanUTF8(text string) bool {
	return strings.IndexByte(text, 0) < 0 && utf8.ValidString(text)
}

// clean returns text with U+FFFD in the place of NUL and of each byte that is
// not UTF-8.
func (a *arena) clean(text string) (string, kinds) {
	var found kinds
	start := len(a.buf)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		switch {
		case r == 0:
			found |= kindNUL
			r = utf8.RuneError
		case r == utf8.RuneError && size == 1:
			found |= kindUTF8
		}
		a.buf = utf8.AppendRune(a.buf, r)
	}
	return view(a.buf[start:]), found
}

// cut shortens text to limit bytes. A key keeps a hash of the whole in its end,
// so that two keys that differ only behind the cut stay two.
func (a *arena) cut(text string, limit int, isKey bool) string {
	end := ellipsis
	if isKey {
		var digits [2 * 8]byte
		sum := sha256.Sum256([]byte(text))
		hex.Encode(digits[:], sum[:8])
		end += string(digits[:])
	}
	if len(end) > limit {
		return prefix(text, limit)
	}
	return a.join(prefix(text, limit-len(end)), "", end)
}

// prefix returns at most limit bytes of text, not ending inside a character.
func prefix(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
