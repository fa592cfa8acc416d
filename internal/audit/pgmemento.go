package audit

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/semconv"
)

// pgMemento reads pgmemento.row_log, with the event and the transaction of each row. Rows
// have what changed alone, so the key of an UPDATE isn't known, but the audit_id is.
type pgMemento struct{ tables *tables }

func (d *pgMemento) entry(r *row, record plog.LogRecord) (e entry, err error) {
	if r.text("table_operation") == nil {
		return e, errors.New("its event isn't in table_event_log")
	}
	if e, err = named(d.tables, r, "schema_name", "table_name", "", "stmt_time"); err != nil {
		return e, err
	}
	e.operation = mementoOperation(r)
	if err := d.changes(r, record, &e); err != nil {
		return e, err
	}
	attributes := record.Attributes()
	if id, ok := r.integer("audit_id"); ok {
		attributes.PutInt(attributeAuditID, id)
	}
	putActor(attributes, r.text("user_name"))
	putText(attributes, string(semconv.ClientAddressKey), r.text("client_name"))
	if port, ok := r.integer("client_port"); ok && port > 0 {
		attributes.PutInt(attributeClientPort, port)
	}
	putText(attributes, attributeApplication, r.text("application_name"))
	if xid, ok := r.integer("txid"); ok {
		attributes.PutInt(attributeXID, xid)
	}
	return e, nil
}

// mementoOperation is what was done to the row: a TRUNCATE and what changes a table log the
// rows that it took or rewrote.
func mementoOperation(r *row) operation {
	switch string(r.text("table_operation")) {
	case "INSERT":
		return opInsert
	case "DELETE", "TRUNCATE", "DROP TABLE":
		return opDelete
	case "UPSERT":
		if r.text("old_data") == nil {
			return opInsert
		}
	}
	return opUpdate
}

func (*pgMemento) changes(r *row, record plog.LogRecord, e *entry) error {
	attributes := record.Attributes()
	var old, made []member
	var err error
	if before := r.text("old_data"); before != nil {
		if old, err = e.table.document(before, attributes.PutEmptyMap(keyBefore)); err != nil {
			return fmt.Errorf("read old_data: %w", err)
		}
	}
	if after := r.text("new_data"); after != nil {
		if made, err = e.table.document(after, attributes.PutEmptyMap(keyAfter)); err != nil {
			return fmt.Errorf("read new_data: %w", err)
		}
	}
	row := overlay(old, made)
	if e.operation == opUpdate {
		putNames(attributes.PutEmptySlice(keyFields), row)
	}
	e.id = e.table.keyText(row)
	return nil
}
