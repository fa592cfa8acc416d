package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/store"
)

// audit is a plain audit table, see bench/wal: each row as a document, found by its key
// and by time.
const audit = `
	CREATE TABLE public.audit (
		id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		at         timestamptz NOT NULL,
		xid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
		table_name text        NOT NULL,
		operation  text        NOT NULL,
		row_key    text,
		new_row    jsonb
	);
	CREATE INDEX ON public.audit (table_name, row_key, at);
	CREATE INDEX ON public.audit (at);`

// fillAudit has the same content, the resource in each row.
const fillAudit = `
	INSERT INTO public.audit (at, table_name, operation, row_key, new_row)
	SELECT a.occurred_at, a.entity_type, 'INSERT', a.entity_id,
	       jsonb_strip_nulls(to_jsonb(a) - '{resource_id,salt,content_hash}'::text[]) || jsonb_build_object('resource', r.attributes)
	FROM activity.activity AS a
	JOIN activity.resource AS r USING (resource_id)
	ORDER BY a.occurred_at, a.id`

// bytes compares what a row takes in the table, in the indexes and in the log with what
// it is by itself and with an audit table. The writer filled the table and its indexes;
// those of the whole trail were built at once.
func (i *insert) bytes(ctx context.Context, r *results) error {
	small, large := i.places[atEmpty], i.places[atFull]
	if err := errors.Join(small.reset(ctx), large.reset(ctx)); err != nil {
		return err
	}
	if err := write(ctx, store.NewWriter(small.pool), i.activities); err != nil {
		return err
	}
	rows := float64(len(i.activities))
	var heap, indexes, own float64
	const sizes = "SELECT sum(pg_table_size(partition))::float8, sum(pg_indexes_size(partition))::float8 FROM activity.partitions()"
	if err := small.pool.QueryRow(ctx, sizes).Scan(&heap, &indexes); err != nil {
		return err
	}
	if err := small.pool.QueryRow(ctx, "SELECT avg(pg_column_size(a.*))::float8 FROM activity.activity AS a").Scan(&own); err != nil {
		return err
	}
	r.say("bytes_row_own", own, "B")
	r.say("bytes_row_heap", heap/rows, "B")
	r.say("bytes_row_indexes", indexes/rows, "B")

	if _, err := small.pool.Exec(ctx, audit); err != nil {
		return err
	}
	if _, err := small.pool.Exec(ctx, "CHECKPOINT"); err != nil {
		return err
	}
	wal, err := logged(ctx, small.pool, func() error {
		_, err := small.pool.Exec(ctx, fillAudit)
		return err
	})
	if err != nil {
		return fmt.Errorf("fill an audit table: %w", err)
	}
	if err := small.pool.QueryRow(ctx, "SELECT pg_table_size('public.audit')::float8, pg_indexes_size('public.audit')::float8").Scan(&heap, &indexes); err != nil {
		return err
	}
	r.say("bytes_row_jsonb_audit", heap/rows, "B")
	r.say("bytes_row_jsonb_audit_indexes", indexes/rows, "B")
	r.say("bytes_row_jsonb_audit_wal", wal/rows, "B")

	var total float64
	const ofTrail = "SELECT sum(pg_table_size(partition))::float8, sum(pg_indexes_size(partition))::float8, (SELECT sum(n)::float8 FROM activity.rollup_project_hour) FROM activity.partitions()"
	if err := large.pool.QueryRow(ctx, ofTrail).Scan(&heap, &indexes, &total); err != nil {
		return err
	}
	r.say("bytes_trail_heap", heap/total, "B")
	r.say("bytes_trail_indexes_packed", indexes/total, "B")
	return nil
}
