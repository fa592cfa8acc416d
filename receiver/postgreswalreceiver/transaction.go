package postgreswalreceiver

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otel-activity/otel-activity/internal/migration"
	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// transaction is the one that is being read.
type transaction struct {
	open      bool
	timestamp pcommon.Timestamp // when it committed
	identity  identity
	writer    writerContext
}

// assembly follows the stream: which transaction it is in, what is known of its tables and
// of its writer, and what that makes of a row.
type assembly struct {
	config      *Config
	relations   relations
	keyOf       func(ctx context.Context, relation uint32) ([]string, error)
	known       map[uint32]*relation
	transaction transaction
	rows        rows
	out         *outbox
	crossing    *crossing // nil without tables that their triggers record
}

func newAssembly(config *Config, of relations, system uint64, keyOf func(context.Context, uint32) ([]string, error), out *outbox) *assembly {
	a := &assembly{config: config, relations: of, keyOf: keyOf, known: map[uint32]*relation{}, out: out}
	a.transaction.identity.system = system
	a.rows = rows{transaction: &a.transaction, changes: changes{placeholder: config.UnchangedToast == UnchangedPlaceholder}}
	return a
}

// take takes the next message of the stream. It waits while the pipeline is busy.
func (a *assembly) take(ctx context.Context, m *pgoutput.Message) error {
	t := &a.transaction
	switch m.Kind {
	case pgoutput.KindBegin:
		t.open = true
		t.timestamp = pcommon.Timestamp(m.CommitTime.UnixMicro() * 1000)
		t.identity.begin(m)
		t.writer.forget()
		a.rows.begin()
		if a.crossing != nil && a.crossing.begin() {
			a.describe("")
		}
	case pgoutput.KindCommit:
		t.open = false
		if a.crossing != nil {
			if err := a.settle(ctx); err != nil {
				return err
			}
		}
		a.out.committed(m.EndLSN)
	case pgoutput.KindKeepalive:
		// Within a transaction it says nothing of what is safe: the rest is still to come.
		if !t.open {
			a.out.passed(m.LSN)
		}
	case pgoutput.KindRelation:
		return a.relation(ctx, m)
	case pgoutput.KindInsert:
		return a.row(ctx, m, opInsert)
	case pgoutput.KindUpdate:
		return a.row(ctx, m, opUpdate)
	case pgoutput.KindDelete:
		return a.row(ctx, m, opDelete)
	case pgoutput.KindTruncate:
		for _, m.RelationID = range m.Truncated {
			if err := a.row(ctx, m, opTruncate); err != nil {
				return err
			}
		}
	case pgoutput.KindLogical:
		return a.message(ctx, m)
	case pgoutput.KindOrigin, pgoutput.KindType:
	}
	return nil
}

func (a *assembly) relation(ctx context.Context, m *pgoutput.Message) error {
	key, err := a.keyOf(ctx, m.RelationID)
	if err != nil {
		return fmt.Errorf("look up the primary key of %s.%s: %w", m.Relation.Schema, m.Relation.Name, err)
	}
	made := a.relations.relation(m.RelationID, &m.Relation, key)
	a.known[m.RelationID] = made
	if a.crossing != nil {
		return a.crossing.meet(ctx, made)
	}
	return nil
}

// describe says anew what tables are to a migration: those of a name, or all.
func (a *assembly) describe(name string) {
	for _, of := range a.known {
		if name == "" || of.name == name {
			a.crossing.describe(of)
		}
	}
}

func (a *assembly) row(ctx context.Context, m *pgoutput.Message, op operation) error {
	of := a.known[m.RelationID]
	if of == nil {
		return fmt.Errorf("a change at %s is of relation %d, which the stream has not described", m.LSN, m.RelationID)
	}
	var entry *store.JournalEntry
	if a.crossing != nil {
		var record bool
		if record, entry = a.crossing.change(of, op, m); !record {
			return nil
		}
	}
	if of.ignored {
		return nil
	}
	return a.out.add(ctx, func(b *batch) {
		if b.rows == 0 {
			b.oldest = a.transaction.identity.committed.UnixMicro()
		}
		a.rows.write(b.records.AppendEmpty(), of, op, m)
		b.rows++
		b.operations[op]++
		b.bytes += size(m.Old) + size(m.New)
		if entry != nil {
			b.journalize(a.crossing.shadow.migration, entry)
		}
	})
}

// size is the memory that values take.
func size(values []pgoutput.Value) int {
	n := 0
	for i := range values {
		n += len(values[i].Text)
	}
	return n
}

// message takes a message of the application's. One outside of a transaction stays,
// whatever becomes of the transaction: it says nothing that is certain.
func (a *assembly) message(ctx context.Context, m *pgoutput.Message) error {
	switch {
	case !m.Transactional:
	case m.Prefix == a.config.ContextPrefix:
		if m.Content.Cut() || !a.transaction.writer.parse(m.Content.Text) {
			return a.out.add(ctx, func(b *batch) { b.invalid++ })
		}
	case m.Prefix == a.config.RecordPrefix:
		return a.out.add(ctx, func(b *batch) { a.rows.records(b, m) })
	case a.crossing != nil && m.Prefix == migration.FencePrefix:
		return a.fence(ctx, m)
	}
	return nil
}

// fence takes the message of a table that changes hands.
func (a *assembly) fence(ctx context.Context, m *pgoutput.Message) error {
	table, valid, err := a.crossing.fence(ctx, m)
	if err != nil {
		return fmt.Errorf("take the fence at %s: %w", m.LSN, err)
	}
	if !valid {
		return a.out.add(ctx, func(b *batch) { b.invalid++ })
	}
	if table != "" {
		a.describe(table)
	}
	return nil
}
