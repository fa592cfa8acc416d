package wal

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"github.com/otel-activity/otel-activity/activity"
)

func TestTheMessageSaysAllThatTheContextSays(t *testing.T) {
	t.Parallel()
	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithSpanContext(activity.WithActor(t.Context(), activity.Actor{ID: "ü\"1"}), span)
	ctx = activity.WithOnBehalfOf(ctx, activity.OnBehalfOf{ID: "u-2", Type: activity.ActorAgent})
	ctx = activity.WithReason(activity.WithOperation(activity.WithProject(ctx, "acme"), "op-1"), "because")
	require.JSONEq(t, `{
		"activity.actor.id": "ü\"1", "activity.actor.type": "user",
		"activity.on_behalf_of.id": "u-2", "activity.on_behalf_of.type": "agent",
		"activity.project.id": "acme", "activity.operation.id": "op-1", "activity.reason": "because",
		"traceparent": "00-01000000000000000000000000000000-0200000000000000-01"
	}`, Message(ctx))
	require.Equal(t, Nothing, Message(t.Context()))
}

func TestMessagesAreASCII(t *testing.T) {
	t.Parallel()
	m := Message(activity.WithActor(t.Context(), activity.Actor{ID: "ü€🙂\x00<"}))
	require.Contains(t, m, `"\u00fc\u20ac\ud83d\ude42\u0000\u003c"`)
}

func TestRollbacksAreSeen(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]bool{
		"ROLLBACK TO a": true, "rollback to savepoint a": true, "INSERT INTO a; ROLLBACK TO b": true,
		"SAVEPOINT a": false, "RELEASE a": false, "INSERT INTO rollback VALUES (1)": false, "": false,
	} {
		require.Equal(t, want, Undoes(sql), sql)
	}
}

func TestWritesAreSeen(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]bool{
		"insert into a": true, "  UPDATE a": true, "/* x */ -- y\n delete from a": true, "WITH x AS (…) SELECT 1": true,
		"merge into a": true, "TRUNCATE a": true, "CALL p()": true, "DO $$ $$": true, "COPY a FROM stdin": true,
		"SELECT 1": false, "((select 1))": false, "": false, "--": false, "/*": false, "values (1)": false, "SET a = 1": false,
		"SET a = 1; INSERT INTO a": true, "SELECT 1; -- no more": false, "EXPLAIN ANALYZE DELETE FROM a": true,
	} {
		require.Equal(t, want, Writes(sql), sql)
	}
}
