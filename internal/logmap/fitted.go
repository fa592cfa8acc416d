package logmap

// previewBytes is how much is kept of a member that doesn't fit.
const previewBytes = 1024

// open begins a document in buf's memory.
func (w *jsonWriter) open(buf []byte) {
	w.buf = buf[:0]
	w.found = 0
}

// entries writes an object that is nested depth deep and keeps the whole
// document within limit.
func (w *jsonWriter) entries(entries []entry, depth, limit int) {
	skipDuplicates(entries, w.seen)
	w.buf = append(w.buf, '{')
	for i := range entries {
		if !entries[i].skip {
			w.limitedMember(&entries[i], depth, limit)
		}
	}
	w.buf = append(w.buf, '}')
}

// limitedMember writes e. If the document, with the braces that are still to
// come, exceeds limit then, it writes the beginning of e as text instead, and
// nothing if that is too much, too.
func (w *jsonWriter) limitedMember(e *entry, depth, limit int) {
	start, found, key := len(w.buf), w.found, e.key
	if e.kind == kindMembers {
		key = valueName
		w.members(e.text, depth)
	} else {
		w.name(key)
	}
	valueStart := len(w.buf)
	if e.kind == kindMembers {
		valueStart = start
	} else {
		w.memberValue(e, depth)
	}
	if len(w.buf)+depth <= limit {
		return
	}

	preview := previewOf(e, w.buf[valueStart:])
	w.buf, w.found = w.buf[:start], found|kindCut
	w.name(key)
	w.string(preview)
	if len(w.buf)+depth > limit {
		w.buf = w.buf[:start]
	}
}

// previewOf returns the beginning of a value that has been written.
func previewOf(e *entry, written []byte) string {
	text := e.text
	if e.kind == kindValue || e.kind == kindWhole {
		if text = e.value.Str(); text == "" {
			text = string(written[:min(len(written), previewBytes+1)])
		}
	}
	return prefix(text, previewBytes) + ellipsis
}
