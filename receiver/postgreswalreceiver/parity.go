package postgreswalreceiver

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// mostKeys is how many different changes of a transaction are told apart. Beyond, they are
// counted by table and operation: a statement's audit rows come behind all of its changes.
const mostKeys = 200_000

// largeTransaction is how many keys are open in one whose memory isn't kept.
const largeTransaction = 1000

// parity compares the changes of a transaction with the audit rows that it wrote.
type parity struct {
	most   int
	open   map[changeKey]tally
	coarse bool // whether keys are left out
	large  bool // whether many keys were open at a time
	// restoring is whether the transaction puts audit rows back: it isn't compared.
	restoring bool
	blind     map[*source]bool // audit rows that can't be read
	compared  map[string]int64
}

// changeKey is what a change and its audit row have in common.
type changeKey struct {
	source *source
	table  string
	op     operation
	id     string
}

// tally is how many changes have no audit row (yet), or audit rows no change, when it is
// negative; and how many changes may have none.
type tally struct{ net, may int }

func (p *parity) begin() {
	if p.large {
		p.open = nil // to clear it would take as long for the small transactions as for this one
	}
	clear(p.open)
	clear(p.blind)
	p.coarse, p.large, p.restoring, p.compared = false, false, false, nil
}

// changed takes a change of a table that its triggers record.
func (p *parity) changed(of *relation, op operation, m *pgoutput.Message, xid uint32) {
	for i := range of.side.pairs {
		pair := &of.side.pairs[i]
		if !pair.covers(xid) {
			continue
		}
		change := tally{net: 1}
		if !pair.certain[op] || (op == opUpdate && mayLeaveOut(&pair.source.Source, of, m)) {
			change.may = 1
		}
		p.add(changeKey{source: pair.source, table: of.name, op: op, id: of.entityID(op, m)}, change)
		if p.compared == nil {
			p.compared = map[string]int64{}
		}
		p.compared[of.name]++
	}
}

// mayLeaveOut reports whether triggers may have left out an UPDATE, since they leave out
// those that change nothing. Of unknown ones that isn't known.
func mayLeaveOut(from *audit.Source, of *relation, m *pgoutput.Message) bool {
	if !from.OmitsUnchanged() && from.Shape != audit.Mapped {
		return false
	}
	return !m.HasOld || !m.OldWhole || of.mixed || slices.EqualFunc(m.Old, m.New, func(old, changed pgoutput.Value) bool { return same(&old, &changed) })
}

// said takes an audit row. It counts when the change that it tells of does.
func (p *parity) said(c *crossing, of *source, change *audit.Change) {
	op := operation(slices.Index(operationWords[:], change.Operation))
	table := change.Table
	// An import map may have words of its own, and no keys.
	wordless := op < 0 || (of.Shape == audit.Mapped && op != opTruncate && change.EntityID == "")
	if wordless || !of.known[table] {
		p.unreadable(of)
		return
	}
	if takes(c.fences.table(table).at(c.identity.commit)) {
		return
	}
	for _, pair := range c.shadow.pairs[table] {
		if pair.source == of && pair.covers(c.identity.xid) {
			p.add(changeKey{source: of, table: table, op: op, id: change.EntityID}, tally{net: -1})
		}
	}
}

// unreadable is for an audit row that says nothing: what is missing in its transaction may
// be what it tells of.
func (p *parity) unreadable(of *source) {
	if p.blind == nil {
		p.blind = map[*source]bool{}
	}
	p.blind[of] = true
}

func (p *parity) add(key changeKey, change tally) {
	if p.coarse {
		key.id = ""
	}
	if p.open == nil {
		p.open = map[changeKey]tally{}
	}
	sum := p.open[key]
	sum.net += change.net
	sum.may += change.may
	if sum.net == 0 {
		delete(p.open, key)
	} else {
		p.open[key] = sum
	}
	p.large = p.large || len(p.open) > largeTransaction
	if len(p.open) > p.most && !p.coarse {
		p.fold()
	}
}

// fold leaves the keys out.
func (p *parity) fold() {
	p.coarse = true
	folded := map[changeKey]tally{}
	for key, t := range p.open {
		key.id = ""
		sum := folded[key]
		folded[key] = tally{net: sum.net + t.net, may: sum.may + t.may}
	}
	p.open = folded
}

// differences are what is left over at the end of a transaction.
func (p *parity) differences(of *identity) []store.Difference {
	var found []store.Difference
	for _, key := range slices.SortedFunc(maps.Keys(p.open), compareKeys) {
		t := p.open[key]
		kind, n := store.DifferenceMissingActivity, -t.net
		if t.net > 0 {
			kind, n = store.DifferenceMissingAuditRow, t.net-t.may
			if p.blind[key.source] {
				continue
			}
		}
		if n > 0 {
			found = append(found, p.difference(of, key, kind, n))
		}
	}
	return found
}

func (p *parity) difference(of *identity, key changeKey, kind string, n int) store.Difference {
	what := operationWords[key.op]
	if key.id != "" {
		what += " of " + key.id
	}
	if n > 1 {
		what += fmt.Sprintf(", %d times", n)
	}
	detail := fmt.Sprintf("%s in transaction %d at %s", what, of.xid, of.commit)
	if p.coarse {
		detail += fmt.Sprintf("; it has more than %d changes, which are counted by table and operation", p.most)
	}
	return store.Difference{
		Source: key.source.String(), Table: key.table, Kind: kind, FoundBy: store.FoundByParity,
		LSN: uint64(of.commit), OccurredAt: committedAt(of), Detail: detail,
	}
}

func compareKeys(a, b changeKey) int {
	return cmp.Or(cmp.Compare(a.source.String(), b.source.String()), cmp.Compare(a.table, b.table), cmp.Compare(a.op, b.op), cmp.Compare(a.id, b.id))
}
