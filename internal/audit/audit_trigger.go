package audit

import (
	"fmt"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/semconv"
)

// auditTrigger reads audit.logged_actions.
type auditTrigger struct{ tables *tables }

// actionLetters are those of the operations.
const actionLetters = "IUDT"

func (d *auditTrigger) entry(r *row, record plog.LogRecord) (e entry, err error) {
	if e, err = named(d.tables, r, "schema_name", "table_name", "relid", "action_tstamp_clk"); err != nil {
		return e, err
	}
	if e.operation, err = actionOf(r.text("action")); err != nil {
		return e, err
	}
	statement := r.text("statement_only")
	e.whole = len(statement) > 0 && statement[0] == 't' && e.operation != opTruncate
	if e.operation != opTruncate && !e.whole {
		if err := d.changes(r, record, &e); err != nil {
			return e, err
		}
	}
	d.writer(r, record)
	return e, nil
}

func actionOf(letter []byte) (operation, error) {
	for op := range actionLetters {
		if string(letter) == actionLetters[op:op+1] {
			return operation(op), nil
		}
	}
	return 0, fmt.Errorf("action is %q, which is none of I, U, D and T", letter)
}

// changes writes rows, of which row_data is the old one but of an INSERT. Columns that an
// UPDATE left alone aren't changes.
func (*auditTrigger) changes(r *row, record plog.LogRecord, e *entry) error {
	data, err := r.needed("row_data")
	if err != nil {
		return err
	}
	row, err := e.table.pairs(data)
	if err != nil {
		return fmt.Errorf("read row_data: %w", err)
	}
	attributes := record.Attributes()
	switch e.operation {
	case opInsert:
		putAll(attributes.PutEmptyMap(keyAfter), row)
	case opDelete:
		putAll(attributes.PutEmptyMap(keyBefore), row)
	case opUpdate, opTruncate, numOperations:
		changed, err := e.table.pairs(r.text("changed_fields"))
		if err != nil {
			return fmt.Errorf("read changed_fields: %w", err)
		}
		before := attributes.PutEmptyMap(keyBefore)
		for i := range changed {
			if was := find(row, changed[i].column); was != nil {
				was.put(before)
			}
		}
		putAll(attributes.PutEmptyMap(keyAfter), changed)
		putNames(attributes.PutEmptySlice(keyFields), changed)
		row = overlay(row, changed)
	}
	e.id = e.table.keyText(row)
	return nil
}

// writer writes who made the change, and with what.
func (d *auditTrigger) writer(r *row, record plog.LogRecord) {
	attributes := record.Attributes()
	putActor(attributes, r.text("session_user_name"))
	putText(attributes, string(semconv.ClientAddressKey), r.text("client_addr"))
	if port, ok := r.integer("client_port"); ok && port > 0 {
		attributes.PutInt(attributeClientPort, port)
	}
	putText(attributes, attributeApplication, r.text("application_name"))
	if d.tables.omit.Empty() && d.tables.mask.Empty() {
		// It has values of any table in it, which can't be told from the others.
		putText(attributes, attributeQuery, r.text("client_query"))
	}
	if xid, ok := r.integer("transaction_id"); ok {
		attributes.PutInt(attributeXID, xid)
	}
}
