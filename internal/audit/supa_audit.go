package audit

import (
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/semconv"
)

// supaAudit reads audit.record_version.
type supaAudit struct{ tables *tables }

func (d *supaAudit) entry(r *row, record plog.LogRecord) (e entry, err error) {
	op, ok := operationOf(r.text("op"))
	if !ok {
		return e, fmt.Errorf("op is %q, which is no operation", r.text("op"))
	}
	if e, err = named(d.tables, r, "table_schema", "table_name", "table_oid", "ts"); err != nil {
		return e, err
	}
	e.operation = op
	if err := d.changes(r, record, &e); err != nil {
		return e, err
	}
	attributes := record.Attributes()
	if user := r.text("auth_uid"); user != nil {
		attributes.PutStr(string(semconv.ActivityActorTypeKey), semconv.ActivityActorTypeUser)
		attributes.PutStr(string(semconv.UserIDKey), string(user))
	}
	if role := r.text("auth_role"); len(role) > 0 {
		attributes.PutEmptySlice(string(semconv.UserRolesKey)).AppendEmpty().SetStr(string(role))
	}
	return e, nil
}

func (*supaAudit) changes(r *row, record plog.LogRecord, e *entry) error {
	if e.operation == opTruncate {
		return nil
	}
	var old, made []member
	var err error
	attributes := record.Attributes()
	if before := r.text("old_record"); before != nil && e.operation != opInsert {
		if old, err = e.table.document(before, attributes.PutEmptyMap(keyBefore)); err != nil {
			return fmt.Errorf("read old_record: %w", err)
		}
	}
	if after := r.text("record"); after != nil && e.operation != opDelete {
		if made, err = e.table.document(after, attributes.PutEmptyMap(keyAfter)); err != nil {
			return fmt.Errorf("read record: %w", err)
		}
	}
	switch {
	case e.operation == opDelete && old == nil:
		return errors.New("old_record is null")
	case e.operation != opDelete && made == nil:
		return errors.New("record is null")
	}
	if old != nil && made != nil {
		putDifferent(attributes.PutEmptySlice(keyFields), old, made)
	}
	if e.operation == opDelete {
		made = old
	}
	e.id = e.table.keyText(made)
	return nil
}

// named begins the entry of a row that names its table and has a time; the operation is
// missing. oid may be empty.
func named(tables *tables, r *row, schema, name, oid, at string) (e entry, err error) {
	schemaText, err := r.needed(schema)
	if err != nil {
		return e, err
	}
	nameText, err := r.needed(name)
	if err != nil {
		return e, err
	}
	when, err := r.needed(at)
	if err != nil {
		return e, err
	}
	if e.at, err = timestamp(when); err != nil {
		return e, err
	}
	e.table = tables.table(schemaText, nameText, r.oid(oid))
	return e, nil
}
