package importer

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"time"
)

// timeExpr is the first of its alternatives that can be read, else fallback.
type timeExpr struct {
	alternatives []timeAlternative
	fallback     *instant
}

type timeAlternative struct {
	when conditions
	path *Path
	read instantReader
}

func (e *timeExpr) eval(r *record) (instant, bool) {
	for i := range e.alternatives {
		a := &e.alternatives[i]
		if !a.when.hold(r) {
			continue
		}
		v := r.find(a.path)
		if v == nil || v == "" {
			continue
		}
		at, err := a.read(v)
		if err == nil {
			return at, true
		}
		r.notes.add("time", noteUnread, textOf(v))
	}
	if e.fallback == nil {
		return 0, false
	}
	return *e.fallback, true
}

// durationExpr is a number of units.
type durationExpr struct {
	source expr
	unit   time.Duration
}

// eval returns seconds.
func (e *durationExpr) eval(r *record) (float64, bool) {
	if e == nil {
		return 0, false
	}
	v, path := e.source.eval(r)
	if v == nil {
		return 0, false
	}
	n, err := strconv.ParseFloat(textOf(v), 64)
	if err != nil || n < 0 || math.IsInf(n, 0) || math.IsNaN(n) {
		r.notes.add("duration", noteUnread, textOf(v))
		return 0, false
	}
	if e.unit == time.Second {
		r.take(path)
	}
	return n * e.unit.Seconds(), true
}

// objectExpr is an object of the record, or one put together from values.
type objectExpr struct {
	field string
	path  *Path
	set   []namedExpr
}

func (e *objectExpr) eval(r *record) map[string]any {
	if e.path != nil {
		v := r.find(e.path)
		object, ok := v.(map[string]any)
		switch {
		case ok:
			r.take(e.path)
		case v != nil:
			r.notes.add(e.field, noteUnread, e.path.text+" is no object")
		}
		return object
	}
	return evalSet(r, e.set)
}

func evalSet(r *record, set []namedExpr) map[string]any {
	var object map[string]any
	for _, n := range set {
		v, path := n.expr.eval(r)
		if v == nil {
			continue
		}
		r.take(path)
		if object == nil {
			object = make(map[string]any, len(set))
		}
		object[n.name] = v
	}
	return object
}

// What metadata keeps of a record besides the values that the map names.
type keep string

const (
	keepNone keep = "none"
	keepAll  keep = "all"
	// keepRest is the record without what went word for word into other fields.
	keepRest keep = "rest"
)

type metadataExpr struct {
	keep keep
	drop []*Path
	set  []namedExpr
}

// eval must come after every other field, for the sake of keepRest.
func (e *metadataExpr) eval(r *record) map[string]any {
	object := evalSet(r, e.set)
	var kept map[string]any
	switch e.keep {
	case keepRest:
		kept = without(r.root, slices.Concat(e.drop, r.taken), 0, r.foldCase)
	case keepAll:
		kept = without(r.root, e.drop, 0, r.foldCase)
	case keepNone:
	}
	if kept == nil {
		return object
	}
	maps.Copy(kept, object)
	return kept
}

// without copies object, leaving out the paths (which agree with the way to
// object in their first depth steps) and the objects that are empty then.
func without(object map[string]any, paths []*Path, depth int, foldCase bool) map[string]any {
	kept := make(map[string]any, len(object))
	for key, v := range object {
		var below []*Path
		gone := false
		for _, p := range paths {
			if !p.steps[depth].names(key, foldCase) {
				continue
			}
			if len(p.steps) == depth+1 {
				gone = true
				break
			}
			below = append(below, p)
		}
		if gone {
			continue
		}
		if child, ok := v.(map[string]any); ok && len(below) > 0 {
			rest := without(child, below, depth+1, foldCase)
			if len(rest) == 0 {
				continue
			}
			v = rest
		}
		kept[key] = v
	}
	return kept
}
