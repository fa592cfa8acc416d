package importer

import (
	"fmt"
	"strconv"
	"strings"
)

// Path names one place in a record. It is written like a JSON Pointer (RFC
// 6901): each step behind a slash, with ~1 for a slash and ~0 for a tilde inside
// a key. Any other character stands for itself, so keys with dots, colons and
// spaces need no quoting.
type Path struct {
	text  string
	steps []step
}

type step struct {
	key string
	// index is the step as a position in an array, -1 when it is none.
	index int
}

// names reports whether the step leads to the member of that name.
func (s step) names(key string, foldCase bool) bool {
	return s.key == key || (foldCase && strings.EqualFold(s.key, key))
}

var unescapeStep = strings.NewReplacer("~1", "/", "~0", "~")

// ParsePath reads a path.
func ParsePath(text string) (*Path, error) {
	if !strings.HasPrefix(text, "/") {
		return nil, fmt.Errorf("%q is no path: a path starts with a slash, write %q", text, "/"+text)
	}
	p := &Path{text: text}
	for part := range strings.SplitSeq(text[1:], "/") {
		s := step{key: unescapeStep.Replace(part), index: -1}
		if n, err := strconv.Atoi(part); err == nil && n >= 0 {
			s.index = n
		}
		p.steps = append(p.steps, s)
	}
	return p, nil
}

func (p *Path) String() string { return p.text }

// find returns what the path leads to, nil when there is nothing. With foldCase,
// keys match whatever their case is.
func (p *Path) find(root any, foldCase bool) any {
	at := root
	for _, s := range p.steps {
		switch v := at.(type) {
		case map[string]any:
			at = member(v, s.key, foldCase)
		case []any:
			if s.index < 0 || s.index >= len(v) {
				return nil
			}
			at = v[s.index]
		default:
			return nil
		}
		if at == nil {
			return nil
		}
	}
	return at
}

func member(object map[string]any, key string, foldCase bool) any {
	v, ok := object[key]
	if ok || !foldCase {
		return v
	}
	found := ""
	for k, candidate := range object {
		// Of several spellings the smallest is taken, because a map has no order
		// and the same line must always give the same record.
		if strings.EqualFold(k, key) && (found == "" || k < found) {
			found, v = k, candidate
		}
	}
	return v
}
