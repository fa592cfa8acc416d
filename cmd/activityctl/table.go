package main

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/otel-activity/otel-activity/internal/store"
)

var tableHead = []string{"TIME", "SOURCE", "STATUS", "SEVERITY", "ACTION", "ENTITY", "ACTOR", "PROJECT", "DETAILS"}

// maxColumn bounds what the width of a column follows; a longer cell is written
// in full and moves the rest of its line.
const maxColumn = 40

// table aligns what it was given between two flushes. Widths only grow, so that
// the columns of a long list stay where they are.
type table struct {
	w      io.Writer
	rows   [][]string
	widths []int
}

func newTable(w io.Writer) printer {
	return &table{w: w, rows: [][]string{tableHead}, widths: make([]int, len(tableHead))}
}

func (t *table) print(r *store.Record) error {
	t.rows = append(t.rows, []string{
		r.OccurredAt.Time().Format("2006-01-02T15:04:05.000Z07:00"),
		r.Source.String(), r.Status.String(), r.Severity.String(),
		cell(r.Action), cell(entityOf(r)), cell(either(r.ActorName, r.ActorID)), cell(r.ProjectID), cell(r.Details),
	})
	return nil
}

func entityOf(r *store.Record) string {
	if r.EntityID == "" {
		return r.EntityType
	}
	return r.EntityType + ":" + r.EntityID
}

func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}

func (t *table) flush() error {
	for _, row := range t.rows {
		for i, c := range row {
			t.widths[i] = max(t.widths[i], min(columns(c), maxColumn))
		}
	}
	var b bytes.Buffer
	for _, row := range t.rows {
		t.line(&b, row)
	}
	t.rows = t.rows[:0]
	_, err := t.w.Write(b.Bytes())
	return err
}

func (t *table) line(b *bytes.Buffer, row []string) {
	for i, c := range row[:len(row)-1] {
		b.WriteString(c)
		b.WriteString(strings.Repeat(" ", max(t.widths[i]-columns(c), 0)+2))
	}
	b.WriteString(row[len(row)-1])
	b.WriteByte('\n')
}

// cell makes text safe for a terminal and for a line: whatever isn't printed as a
// visible mark, control characters and those that turn the direction of writing
// among them, is escaped.
func cell(s string) string {
	if s == "" {
		return "-"
	}
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hidden(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func hidden(r rune) bool { return !unicode.IsPrint(r) }

// columns is how many columns of a terminal s takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch kind := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
