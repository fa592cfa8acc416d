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
	truth, stored, lost, doubled, unexplained int
	// example is one of the changes that went wrong, extra one of those that are too many.
	example, extra change
}

type figures struct {
	kinds map[kind]*tally
	sum   tally
}

// compare counts. A change that is stored more often than it happened is doubled; one that
// never happened is unexplained.
func compare(truth, stored list) (*figures, error) {
	f := &figures{kinds: map[kind]*tally{}}
	err := merge(truth, stored, func(what change, happened, found int) {
		k := kind{what.collection, what.operation}
		if f.kinds[k] == nil {
			f.kinds[k] = &tally{}
		}
		f.kinds[k].add(what, happened, found)
		f.sum.add(what, happened, found)
	})
	return f, err
}

func (t *tally) add(what change, happened, found int) {
	t.truth += happened
	t.stored += found
	t.lost += max(0, happened-found)
	if happened == 0 {
		t.unexplained += found
	} else {
		t.doubled += max(0, found-happened)
	}
	if happened != found {
		t.example = what
	}
	if found > happened {
		t.extra = what
	}
}

// print prints what came of it.
func (f *figures) print(out io.Writer, title string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "%s\n", title)
	fmt.Fprintln(table, "table\toperation\thappened\tstored\tlost\tdoubled\tunexplained\t")
	order := func(a, b kind) int {
		return cmp.Or(cmp.Compare(a.collection, b.collection), cmp.Compare(a.operation, b.operation))
	}
	for _, k := range slices.SortedFunc(maps.Keys(f.kinds), order) {
		t := f.kinds[k]
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t\n", k.collection, k.operation, t.truth, t.stored, t.lost, t.doubled, t.unexplained)
	}
	return table.Flush()
}

// exact fails unless both sides have the same.
func (f *figures) exact(what string) error {
	if f.sum.lost == 0 {
		return f.nothingExtra(what)
	}
	return fmt.Errorf("%s: %d are lost, %d doubled, %d unexplained, such as %+v",
		what, f.sum.lost, f.sum.doubled, f.sum.unexplained, f.sum.example)
}

// nothingExtra fails when there is more than what happened.
func (f *figures) nothingExtra(what string) error {
	if f.sum.doubled+f.sum.unexplained == 0 {
		return nil
	}
	return fmt.Errorf("%s: %d are doubled, %d unexplained, such as %+v", what, f.sum.doubled, f.sum.unexplained, f.sum.extra)
}
