package audit

import "slices"

// known is a shape that is recognised by its columns.
type known struct {
	shape Shape
	// name is that of its table; empty when it may have any.
	name    string
	columns []string
	key     string
	// fills says whether a trigger whose function is in the table's schema fills it; nil
	// when the application does.
	fills func(*triggerRow) bool
}

var knownShapes = []known{
	{
		shape: SupaAudit, name: "record_version", key: "id",
		columns: []string{"id", "record_id", "old_record_id", "op", "ts", "table_oid", "table_schema", "table_name", "record", "old_record"},
		fills:   calls("insert_update_delete_trigger", "truncate_trigger"),
	},
	{
		shape: AuditTrigger, name: "logged_actions", key: "event_id",
		columns: []string{"event_id", "schema_name", "table_name", "relid", "session_user_name", "action_tstamp_tx", "action_tstamp_clk", "action", "row_data", "changed_fields", "statement_only"},
		fills:   calls("if_modified_func"),
	},
	{
		shape: PgMemento, name: "row_log", key: "id",
		columns: []string{"id", "audit_id", "event_key", "old_data", "new_data"},
		fills:   func(*triggerRow) bool { return true },
	},
	{
		shape: DjangoAuditlog, key: "id",
		columns: []string{"id", "object_pk", "object_id", "object_repr", "action", "changes", "timestamp", "actor_id", "content_type_id", "remote_addr"},
	},
	{
		shape: PaperTrail, key: "id",
		columns: []string{"id", "item_type", "item_id", "event", "whodunnit", "object", "created_at"},
	},
	{
		shape: LaravelActivity, key: "id",
		columns: []string{"id", "log_name", "description", "subject_type", "subject_id", "causer_type", "causer_id", "properties", "created_at"},
	},
}

func calls(functions ...string) func(*triggerRow) bool {
	return func(t *triggerRow) bool { return slices.Contains(functions, t.Function) }
}

// recognise returns the shape of a relation, or nil.
func recognise(r *relation) *known {
	if r.Kind == kindView {
		return nil
	}
	for i := range knownShapes {
		k := &knownShapes[i]
		if (k.name == "" || k.name == r.Name) && r.has(k.columns...) {
			return k
		}
	}
	return nil
}
