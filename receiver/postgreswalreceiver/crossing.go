package postgreswalreceiver

import (
	"context"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// crossing decides for the reader of the log which changes are the log's to record, as long
// as there are tables whose triggers record theirs.
type crossing struct {
	*handover
	identity *identity // of the transaction
	shadow   *shadow   // of the transaction
	parity   parity
	journal  journal
	held     int64 // rows of the transaction that are its triggers'
	ordinal  int64 // of the next change of the transaction
}

// side is what a table is to a migration.
type side struct {
	fences history
	pairs  []pair // of an audited table that is compared
	audits bool   // whether it is an audit table
	// source is that of an audit table which is compared.
	source  *source
	columns []audit.Column
}

func newCrossing(h *handover, of *identity) *crossing {
	return &crossing{handover: h, identity: of, parity: parity{most: mostKeys}, journal: journal{handover: h}}
}

// begin begins a transaction and reports whether tables have to be told anew what they are.
func (c *crossing) begin() (changed bool) {
	c.held, c.ordinal = 0, 0
	c.parity.begin()
	now := c.handover.shadow.Load()
	changed = now != c.shadow
	c.shadow = now
	return changed
}

// describe says what a table is.
func (c *crossing) describe(of *relation) {
	of.side = side{fences: c.fences.table(of.name), pairs: c.shadow.pairs[of.name]}
	s, audits := c.shadow.audits[of.name]
	if !audits {
		return
	}
	of.side.audits = true
	if s.reader == nil {
		return
	}
	of.side.source = s
	for i := range of.columns {
		of.side.columns = append(of.side.columns, audit.Column{Name: of.columns[i].name, Type: of.columns[i].dataType})
	}
}

// meet takes a table that the stream describes. One without a fence may have got its first
// from another Collector, which has published it.
func (c *crossing) meet(ctx context.Context, of *relation) error {
	if c.shadow == nil {
		c.shadow = c.handover.shadow.Load()
	}
	if len(c.fences.table(of.name)) == 0 {
		all, err := c.trail.Fences(ctx, c.name())
		if err != nil {
			return err
		}
		c.fences.load(all)
	}
	c.describe(of)
	return nil
}

// change takes a change of a row and reports whether it is the log's to record; if so, with
// an entry for the journal where there is to be one.
func (c *crossing) change(of *relation, op operation, m *pgoutput.Message) (record bool, entry *store.JournalEntry) {
	ordinal := c.ordinal
	c.ordinal++
	if of.side.audits {
		c.audited(of, op, m)
		return false, nil
	}
	if of.ignored {
		return false, nil
	}
	fence := of.side.fences.at(c.identity.commit)
	if !takes(fence) {
		c.held++
		if len(of.side.pairs) > 0 {
			c.parity.changed(of, op, m, c.identity.xid)
		}
		return false, nil
	}
	if fence != nil && fence.Migration != "" && fence.Migration == c.shadow.migration {
		return true, c.journal.entry(of, op, m, c.identity, ordinal)
	}
	return true, nil
}

// audited takes a change of an audit table. What a trigger has written is an INSERT.
func (c *crossing) audited(of *relation, op operation, m *pgoutput.Message) {
	s := of.side.source
	if s == nil || op != opInsert {
		return
	}
	said, is, err := s.reader.Change(of.side.columns, valuesOf(m.New))
	switch {
	case err != nil:
		c.parity.unreadable(s)
		c.warn("unreadable "+s.String(), "Rows of an audit table can't be read. Changes in their transactions aren't compared.", zap.Stringer("audit_table", s), zap.Error(err))
	case is:
		c.parity.said(c, s, &said)
	}
}

func valuesOf(row []pgoutput.Value) [][]byte {
	values := make([][]byte, len(row))
	for i := range row {
		if row[i].State == pgoutput.Text {
			values[i] = row[i].Text
			if values[i] == nil {
				values[i] = []byte{}
			}
		}
	}
	return values
}

// fence takes a message of a migration; it is valid when it could be read. What it says is
// in the trail when this returns.
func (c *crossing) fence(ctx context.Context, m *pgoutput.Message) (table string, valid bool, err error) {
	said, valid := parseFence(&m.Content)
	if !valid {
		return "", false, nil
	}
	if said.Restoring {
		c.parity.restoring = true
		return "", true, nil
	}
	fence := store.Fence{Table: said.Table, LSN: uint64(c.identity.commit), Recorder: said.Recorder, Migration: said.Migration}
	if err := c.save(ctx, fence); err != nil {
		return "", true, err
	}
	if said.Migration != c.shadow.migration {
		// One that has begun since the last look: its journal begins here.
		if err := c.refresh(ctx); err != nil {
			return "", true, err
		}
	}
	c.logger.Info("A table changed hands.", zap.String("table", said.Table), zap.String("recorder", string(said.Recorder)), zap.Stringer("at", c.identity.commit))
	return said.Table, true, nil
}
