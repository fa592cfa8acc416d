package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// record is one line of the input while it is mapped.
type record struct {
	root     map[string]any
	foldCase bool
	notes    *notes
	// taken are the paths whose values went word for word into a field; what is
	// kept as "rest" leaves them out.
	taken []*Path
}

func (r *record) find(p *Path) any { return p.find(r.root, r.foldCase) }

func (r *record) take(p *Path) {
	if p != nil {
		r.taken = append(r.taken, p)
	}
}

var errNoObject = errors.New("is no JSON object")

// parseRecord reads one line. Numbers keep their digits.
func parseRecord(line []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("ends in the middle of a JSON value")
		}
		return nil, fmt.Errorf("is no JSON: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has more than one JSON value; NDJSON has one a line")
	}
	root, ok := value.(map[string]any)
	if !ok {
		if _, array := value.([]any); array {
			return nil, fmt.Errorf("%w but an array; NDJSON has one object a line (jq -c '.[]' makes it)", errNoObject)
		}
		return nil, errNoObject
	}
	return root, nil
}
