package logmap

import (
	"encoding/base64"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// view returns b as a string without copying. b must not change while the string
// is in use.
func view(b []byte) string {
	return unsafe.String(unsafe.SliceData(b), len(b)) //nolint:gosec // the memory is scratch that lives as long as the record
}

// arena is where the strings live that a record needs and did not bring. Those
// of the Resource and Scope lie in front and outlive the record.
type arena struct {
	buf  []byte
	kept int
}

// reset drops the strings of the last record.
func (a *arena) reset() { a.buf = a.buf[:a.kept] }

// release drops the strings that were kept, too.
func (a *arena) release() {
	a.kept = 0
	a.reset()
}

// keep makes what is there now outlive the record.
func (a *arena) keep() { a.kept = len(a.buf) }

func (a *arena) forget() {
	a.release()
	shrink(&a.buf)
}

// join returns left, separator and right as one string.
func (a *arena) join(left, separator, right string) string {
	start := len(a.buf)
	a.buf = append(a.buf, left...)
	a.buf = append(a.buf, separator...)
	a.buf = append(a.buf, right...)
	return view(a.buf[start:])
}

// copyOf returns b as a string of its own.
func (a *arena) copyOf(b []byte) string {
	start := len(a.buf)
	a.buf = append(a.buf, b...)
	return view(a.buf[start:])
}

// base64 returns b as text.
func (a *arena) base64(b []byte) string {
	start := len(a.buf)
	a.buf = base64.StdEncoding.AppendEncode(a.buf, b)
	return view(a.buf[start:])
}

// entryKind says how an entry's value is held.
type entryKind uint8

const (
	kindValue  entryKind = iota // in value
	kindWhole                   // in value, which came where a map was wanted
	kindText                    // in text, a string
	kindJSON                    // in text, valid JSON
	kindNumber                  // in text, the digits of a number
	// kindMembers is the text of a JSON object whose members take the entry's
	// place; it has no key.
	kindMembers
)

// entry is one member of a document.
type entry struct {
	key   string
	kind  entryKind
	skip  bool // a later entry has the same key
	value pcommon.Value
	text  string
}

// entryLists collect what goes into the documents of a record.
type entryLists struct {
	attributes []entry
	metadata   []entry
	changes    []entry
	before     []entry
	after      []entry
	target     *[]entry // of collect
}

func (l *entryLists) reset() {
	l.attributes = l.attributes[:0]
	l.metadata = l.metadata[:0]
	l.changes = l.changes[:0]
	l.before = l.before[:0]
	l.after = l.after[:0]
}

func (l *entryLists) forget() {
	for _, list := range []*[]entry{&l.attributes, &l.metadata, &l.changes, &l.before, &l.after} {
		forgetEntries(list)
	}
}

// keptEntries is the size up to which a list waits for the next request.
const keptEntries = 4096

func forgetEntries(list *[]entry) {
	if cap(*list) > keptEntries {
		*list = nil
		return
	}
	clear((*list)[:cap(*list)])
	*list = (*list)[:0]
}

// manyEntries is the size from which a map finds duplicates faster than a loop.
const manyEntries = 24

// skipDuplicates marks all but the last entry of each key. seen is scratch.
func skipDuplicates(entries []entry, seen map[string]int) {
	if len(entries) < manyEntries {
		for i := range entries {
			for j := i + 1; j < len(entries); j++ {
				if entries[i].key == entries[j].key && entries[i].kind != kindMembers && entries[j].kind != kindMembers {
					entries[i].skip = true
					break
				}
			}
		}
		return
	}
	if len(entries) > keptEntries {
		seen = make(map[string]int, len(entries)) // clearing a map costs its greatest size
	}
	for i := range entries {
		if entries[i].kind == kindMembers {
			continue
		}
		if earlier, ok := seen[entries[i].key]; ok {
			entries[earlier].skip = true
		}
		seen[entries[i].key] = i
	}
	clear(seen)
}
