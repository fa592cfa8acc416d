package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"
)

// kind is a row of the table that is printed.
type kind struct{ collection, operation string }

// tally is what came of the changes of a kind.
type tally struct {
	truth, stored, lost, doubled, untrue, wrongActor int
	// example is one of the changes that went wrong.
	example change
}

type figures struct {
	transactions, kills, killsReading, restarts int

	kinds map[kind]*tally
}

// count compares. A change that is stored more often than it happened is doubled; one
// that never happened is untrue.
func count(truth, stored changes) *figures {
	f := &figures{kinds: map[kind]*tally{}}
	transactions := map[int64]bool{}
	for what, actors := range truth {
		transactions[what.xid] = true
		t := f.tally(what)
		happened, found := truth.times(what), stored.times(what)
		t.truth += happened
		lost := max(0, happened-found)
		t.lost += lost
		t.doubled += max(0, found-happened)
		missing := -lost
		for actor, times := range actors {
			missing += max(0, times-stored[what][actor])
		}
		t.wrongActor += max(0, missing)
		if found != happened || missing > 0 {
			t.example = what
		}
	}
	for what := range stored {
		t := f.tally(what)
		found := stored.times(what)
		t.stored += found
		if _, happened := truth[what]; !happened {
			t.untrue += found
			t.example = what
		}
	}
	f.transactions = len(transactions)
	return f
}

func (f *figures) tally(what change) *tally {
	k := kind{what.collection, what.operation}
	if f.kinds[k] == nil {
		f.kinds[k] = &tally{}
	}
	return f.kinds[k]
}

// report prints what came of it, and fails when that is not the truth.
func (f *figures) report(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "table\toperation\thappened\tstored\tlost\tdoubled\tuntrue\twrong actor\t")
	var sum tally
	order := func(a, b kind) int {
		return cmp.Or(cmp.Compare(a.collection, b.collection), cmp.Compare(a.operation, b.operation))
	}
	for _, k := range slices.SortedFunc(maps.Keys(f.kinds), order) {
		t := f.kinds[k]
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", k.collection, k.operation, t.truth, t.stored, t.lost, t.doubled, t.untrue, t.wrongActor)
		sum.truth += t.truth
		sum.lost += t.lost
		sum.doubled += t.doubled
		sum.untrue += t.untrue
		sum.wrongActor += t.wrongActor
		if t.example != (change{}) {
			sum.example = t.example
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d kills, %d of them while the receiver read, and %d restarts\n", f.kills, f.killsReading, f.restarts)
	fmt.Fprintf(out, "RESULT wal_transactions %d transactions\n", f.transactions)
	fmt.Fprintf(out, "RESULT wal_changes %d changes\n", sum.truth)
	fmt.Fprintf(out, "RESULT wal_lost %d changes\n", sum.lost)
	fmt.Fprintf(out, "RESULT wal_doubled %d changes\n", sum.doubled)
	fmt.Fprintf(out, "RESULT wal_untrue %d changes\n", sum.untrue)
	fmt.Fprintf(out, "RESULT wal_wrong_actor %d changes\n", sum.wrongActor)
	if sum.lost+sum.doubled+sum.untrue+sum.wrongActor > 0 {
		return fmt.Errorf("%d changes are lost, %d doubled, %d untrue, %d of the wrong actor, such as %+v",
			sum.lost, sum.doubled, sum.untrue, sum.wrongActor, sum.example)
	}
	return nil
}
