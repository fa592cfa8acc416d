package audit

import (
	"bytes"
	"errors"
	"fmt"
)

// hstore reads the text form of an hstore, as Postgres prints it: "key"=>"value" with commas
// between, a backslash before quotes and backslashes, and NULL without quotes.
type hstore struct {
	text []byte
	at   int
}

func (h *hstore) fault() error {
	if h.at >= len(h.text) {
		return errors.New("the hstore ends in the middle of a pair")
	}
	return fmt.Errorf("the hstore has %q at byte %d, where none may be", h.text[h.at], h.at)
}

func (h *hstore) take(text string) error {
	if !bytes.HasPrefix(h.text[h.at:], []byte(text)) {
		return h.fault()
	}
	h.at += len(text)
	return nil
}

// pairs calls each for the pairs; value is nil for NULL.
func (h *hstore) pairs(each func(key, value []byte)) error {
	for h.at < len(h.text) {
		if h.at > 0 {
			if err := h.take(", "); err != nil {
				return err
			}
		}
		key, err := h.quoted()
		if err != nil {
			return err
		}
		if err := h.take("=>"); err != nil {
			return err
		}
		value, err := h.value()
		if err != nil {
			return err
		}
		each(key, value)
	}
	return nil
}

func (h *hstore) value() ([]byte, error) {
	if bytes.HasPrefix(h.text[h.at:], []byte("NULL")) {
		h.at += len("NULL")
		return nil, nil
	}
	return h.quoted()
}

// quoted reads a text in quotes; what it returns may be part of the text.
func (h *hstore) quoted() ([]byte, error) {
	if err := h.take(`"`); err != nil {
		return nil, err
	}
	start := h.at
	var unescaped []byte
	for h.at < len(h.text) {
		switch h.text[h.at] {
		case '"':
			text := h.text[start:h.at:h.at]
			h.at++
			if unescaped != nil {
				return append(unescaped, text...), nil
			}
			return text, nil
		case '\\':
			unescaped = append(unescaped, h.text[start:h.at]...)
			start = h.at + 1 // what was escaped stands for itself
			h.at += 2
		default:
			h.at++
		}
	}
	h.at = len(h.text)
	return nil, h.fault()
}
