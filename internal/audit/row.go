package audit

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgtype"
)

// row is a row of an audit table, in the text format: from a query or from the log.
type row struct {
	columns []Column
	values  [][]byte // nil is NULL
}

// text is the value of a column; nil when it is NULL or there is no such column.
func (r *row) text(name string) []byte {
	for i := range r.columns {
		if r.columns[i].Name == name && i < len(r.values) {
			return r.values[i]
		}
	}
	return nil
}

func (r *row) integer(name string) (int64, bool) {
	text := r.text(name)
	if text == nil {
		return 0, false
	}
	n, err := strconv.ParseInt(string(text), 10, 64)
	return n, err == nil
}

// oid is the value of a column of the type oid; 0 without.
func (r *row) oid(name string) uint32 {
	n, err := strconv.ParseUint(string(r.text(name)), 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// needed is the value of a column that can't be missing.
func (r *row) needed(name string) ([]byte, error) {
	text := r.text(name)
	if text == nil {
		return nil, fmt.Errorf("%s is null", name)
	}
	return text, nil
}

var errNoKey = errors.New("the key is null or no integer")

func isInteger(oid uint32) bool {
	return oid == pgtype.Int8OID || oid == pgtype.Int4OID || oid == pgtype.Int2OID
}
