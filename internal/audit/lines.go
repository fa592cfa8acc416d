package audit

import (
	"encoding/json"
	"slices"

	"github.com/jackc/pgx/v5/pgtype"
)

// documents are columns that hold documents, whatever their type.
var documents = map[Shape][]string{
	DjangoAuditlog:  {"changes", "additional_data", "serialized_data"},
	PaperTrail:      {"object", "object_changes", "metadata"},
	LaravelActivity: {"properties", "attribute_changes"},
}

// pairsIn is the column of a document in which each column that changed has its value before
// and after: {"state": ["open", "paid"]}.
var pairsIn = map[Shape]string{DjangoAuditlog: "changes", PaperTrail: "object_changes"}

// appendRow appends a row as a JSON object. Where a shape has pairs, the members before and
// after are made of them.
func appendRow(to []byte, r *row, of Shape) []byte {
	to = append(to, '{')
	for i := range r.columns {
		c := &r.columns[i]
		to = append(appendJSONString(to, []byte(c.Name)), ':')
		to = append(appendColumn(to, c, r.values[i], slices.Contains(documents[of], c.Name)), ',')
	}
	if column := pairsIn[of]; column != "" {
		before, after := sides(r.text(column))
		if before == nil && isObject(r.text("object")) {
			before = r.text("object")
		}
		to = appendSide(to, "before", before)
		to = appendSide(to, "after", after)
	}
	if to[len(to)-1] == ',' {
		to = to[:len(to)-1]
	}
	return append(to, '}')
}

func appendSide(to []byte, name string, object []byte) []byte {
	if object == nil {
		return to
	}
	to = append(appendJSONString(to, []byte(name)), ':')
	return append(append(to, object...), ',')
}

func isObject(text []byte) bool { return len(text) > 0 && text[0] == '{' && json.Valid(text) }

// appendColumn appends a value with the type that it has in JSON.
func appendColumn(to []byte, c *Column, text []byte, document bool) []byte {
	if text == nil {
		return append(to, jsonNull...)
	}
	switch c.Type {
	case pgtype.BoolOID:
		if len(text) == 1 && text[0] == 't' {
			return append(to, "true"...)
		}
		return append(to, "false"...)
	case pgtype.JSONOID, pgtype.JSONBOID:
		return append(to, text...)
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID, pgtype.Float4OID, pgtype.Float8OID, pgtype.NumericOID:
		document = true // NaN is none
	}
	if document && json.Valid(text) {
		return append(to, text...)
	}
	return appendJSONString(to, text)
}

// sides takes a document of pairs apart; nil without any.
func sides(text []byte) (before, after []byte) {
	if !isObject(text) {
		return nil, nil
	}
	j := jsonText{text: text}
	_ = j.members(func(name []byte) error { // valid: isObject has seen to it
		pair, ok := j.pair()
		if ok {
			before = appendSide(before, string(name), pair[0])
			after = appendSide(after, string(name), pair[1])
		}
		return nil
	})
	return braces(before), braces(after)
}

func braces(members []byte) []byte {
	if members == nil {
		return nil
	}
	return append(append([]byte{'{'}, members[:len(members)-1]...), '}')
}

// pair takes a value, and returns its two elements if it is an array of two.
func (j *jsonText) pair() (pair [2][]byte, ok bool) {
	var all [][]byte
	if j.peek() != '[' {
		j.skip()
		return pair, false
	}
	_ = j.elements(func() error {
		j.space()
		start := j.at
		j.skip()
		all = append(all, j.text[start:j.at])
		return nil
	})
	if len(all) != 2 {
		return pair, false
	}
	return [2][]byte(all), true
}
