package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// Order is that of a list, by time and then by id.
type Order int

const (
	// NewestFirst is the order of a list that wasn't asked for another.
	NewestFirst Order = iota
	// OldestFirst is the order in which things happened.
	OldestFirst
)

const (
	// DefaultPageSize is the number of records of a page that names none.
	DefaultPageSize = 50
	// MaxPageSize bounds a page.
	MaxPageSize = 1000
)

// PageRequest asks for a part of a list.
type PageRequest struct {
	// Cursor is Next or Previous of another page; empty begins the list.
	Cursor string
	Order  Order
	// Limit is at most MaxPageSize; 0 is DefaultPageSize.
	Limit int
	// Documents asks for metadata, changes and attributes too.
	Documents bool
	// Fields are the columns to read, by their names, instead of all but the
	// documents; id and occurred_at always come. The rest of the records is zero.
	Fields []string
	// Backward asks for the page in front of Cursor; without one, for the last page.
	// The records are in Order all the same.
	Backward bool
}

// Page is a part of a list.
type Page struct {
	Records []Record
	// Next is the cursor of the page behind this one; it is empty at the end of the
	// list.
	Next string
	// Previous is the cursor for the page in front of this one, with Backward, or
	// from the first record on in the other order. It is empty for a page without
	// records, unless the search for it ran out of time.
	Previous string
	// HasMore tells whether there is more in the direction that was asked for.
	HasMore bool
	// SearchedTo is set when the time ran out: the page has all matches up to
	// there, and the cursor of the direction goes on from there.
	SearchedTo time.Time
}

// List returns a page of the activities that f chooses. It searches one window of
// time after the other until the page is full, the list is at its end, or the
// time is up.
func (r *Reader) List(ctx context.Context, f Filter, p PageRequest) (Page, error) {
	if r.scope.All || !f.found() {
		f = r.scope.within(f)
	}
	l, err := r.newList(&f, p)
	if err != nil {
		return Page{}, err
	}
	err = r.read(ctx, r.timeout, l.plan, func(tx pgx.Tx) error {
		if err := l.begin(ctx, tx); err != nil {
			return err
		}
		return l.walk(ctx, tx)
	})
	if timedOut(ctx, err) {
		err = l.cutShort()
	}
	if err != nil {
		return Page{}, fmt.Errorf("list activities: %w", err)
	}
	return l.page(), nil
}

// list is the state of one List.
type list struct {
	*Reader
	filter    *Filter
	request   PageRequest
	order     Order // that of the search, the other one than the list's when it goes backward
	plan      planning
	statement string
	args      []any // the first four are set for each window

	period  // what remains to be searched lies within
	at      position
	started position
	width   model.Micros // of the next window

	records  []Record
	more     bool // the page was full before the list's end
	searched bool // to the end of period
	short    bool // the time ran out
}

func (r *Reader) newList(f *Filter, p PageRequest) (*list, error) {
	if p.Limit == 0 {
		p.Limit = DefaultPageSize
	}
	if p.Limit < 0 || p.Limit > MaxPageSize {
		return nil, &FilterError{Field: "limit", Value: strconv.Itoa(p.Limit), Reason: fmt.Sprintf("want 1 to %d", MaxPageSize)}
	}
	c := conditions{args: make([]any, 4, 8)}
	if err := c.addFilter(f); err != nil {
		return nil, err
	}
	l := &list{Reader: r, filter: f, request: p, order: p.Order, args: c.args, plan: f.planning(), width: f.firstWindow()}
	if p.Backward {
		l.order = NewestFirst + OldestFirst - p.Order
	}
	l.bound()
	if err := l.place(); err != nil {
		return nil, err
	}
	columns := withoutDocuments
	switch {
	case p.Documents:
		columns = allColumns
	case p.Fields != nil:
		columns = project(p.Fields)
	}
	l.statement = compose(l.template(), columns, c.sql.String())
	if !r.scope.All {
		// A plan is of one role. By another text, a session keeps one for this role too.
		l.statement += "\n-- scoped"
	}
	return l, nil
}

func (l *list) template() string {
	switch whole := l.filter.scattered(); {
	case l.order == OldestFirst && whole:
		return sql.ListOldestWhole
	case l.order == OldestFirst:
		return sql.ListOldest
	case whole:
		return sql.ListNewestWhole
	default:
		return sql.ListNewest
	}
}

// bound sets the period from the filter's times. Clocks may be ahead of this one,
// and the store takes what is up to a day ahead of its own.
func (l *list) bound() {
	l.from, l.to = beginning, model.MicrosOf(time.Now())+2*day
	if from := l.filter.From; !from.IsZero() {
		l.from = max(l.from, model.MicrosOf(from))
	}
	if to := l.filter.To; !to.IsZero() {
		l.to = min(farFuture, model.MicrosOf(to))
	}
}

// place sets the position that the page starts behind.
func (l *list) place() error {
	l.at = position{l.to, leastID}
	if l.order == OldestFirst {
		l.at = position{l.from - 1, greatestID}
	}
	if l.request.Cursor != "" {
		at, err := l.key.decode(l.request.Cursor, l.filter)
		if err != nil {
			return err
		}
		if within := at.at < l.to && at.at >= l.from; within {
			l.at = at
		} else if newest := l.order == NewestFirst; newest == (at.at < l.from) {
			l.searched = true // the cursor is beyond the end
		}
	}
	l.started = l.at
	return nil
}

// begin finds the beginning of a trail that is read from its unknown beginning:
// windows that grow through empty decades would be too wide at its first record.
func (l *list) begin(ctx context.Context, tx pgx.Tx) error {
	if l.order == NewestFirst || l.at.at >= beginning {
		return nil
	}
	var first time.Time
	err := tx.QueryRow(ctx, sql.First, l.arguments(planOnce, nil)...).Scan(&first)
	if errors.Is(err, pgx.ErrNoRows) {
		l.searched = true
		return nil
	}
	l.at = position{model.MicrosOf(first) - 1, greatestID}
	return err
}

func (l *list) walk(ctx context.Context, tx pgx.Tx) error {
	deadline := time.Now().Add(l.timeout)
	for !l.searched && !l.more {
		left := time.Until(deadline)
		if l.at != l.started && left <= 0 {
			l.short = true
			return nil
		}
		// Not yet for what windows with nothing in them take: for each of them it
		// would be a round trip as long as their own.
		if left < l.timeout-l.timeout/10 {
			if err := remaining(ctx, tx, deadline); err != nil {
				return err
			}
		}
		next := l.window()
		if err := l.search(ctx, tx); err != nil {
			return err
		}
		l.at = next
		l.widen()
	}
	return nil
}

// widen makes the next window greater. With one plan for all windows the next is all
// that remains: its rows come one by one, in order, until the page is full.
func (l *list) widen() {
	if l.plan == planOnce {
		l.width = wholeTrail
		return
	}
	l.width *= 2
}

// window sets the arguments for the next stretch of time and returns the
// position behind it.
func (l *list) window() position {
	if l.order == OldestFirst {
		end := min(l.to, l.at.at+l.width)
		l.searched = end == l.to
		l.args[0], l.args[1], l.args[2] = l.at.at.Time(), end.Time(), [16]byte(l.at.id)
		return position{end - 1, greatestID}
	}
	// What is ahead of the clock belongs to the first window.
	end := max(l.from, min(l.at.at, model.MicrosOf(time.Now()))-l.width)
	l.searched = end == l.from
	l.args[0], l.args[1], l.args[2] = end.Time(), l.at.at.Time(), [16]byte(l.at.id)
	return position{end, leastID}
}

// search reads the window that the arguments describe. One record beyond the
// limit tells whether there are more.
func (l *list) search(ctx context.Context, tx pgx.Tx) error {
	l.args[3] = l.request.Limit - len(l.records) + 1
	rows, err := tx.Query(ctx, l.statement, l.arguments(l.plan, l.args)...)
	if err != nil {
		return err
	}
	return eachRecord(rows, func(record *Record) error {
		if len(l.records) == l.request.Limit {
			l.more = true
			return nil
		}
		l.records = append(l.records, *record)
		return nil
	})
}

// cutShort keeps what came before the timeout: rows come in order, so those of
// the window that was not finished are its first.
func (l *list) cutShort() error {
	l.searched = false
	if n := len(l.records); n > 0 {
		last := positionOf(&l.records[n-1])
		if (l.order == NewestFirst) == last.before(l.at) {
			l.at = last
		}
	}
	if l.at == l.started {
		return ErrTooSlow
	}
	l.short = true
	return nil
}

func (l *list) page() Page {
	page := Page{Records: l.records, HasMore: l.more || l.short}
	var first, last string
	if n := len(l.records); n > 0 {
		first, last = l.cursor(positionOf(&l.records[0])), l.cursor(positionOf(&l.records[n-1]))
	}
	ahead := "" // where the search goes on
	switch {
	case l.more:
		ahead = last
	case l.short:
		ahead = l.cursor(l.at)
		page.SearchedTo = l.at.at.Time()
	}
	if l.request.Backward {
		slices.Reverse(l.records)
		page.Next, page.Previous = first, cmp.Or(ahead, last)
	} else {
		page.Next, page.Previous = ahead, first
	}
	return page
}

func (l *list) cursor(p position) string { return l.key.encode(p, l.filter) }

func positionOf(r *Record) position { return position{r.OccurredAt, r.ID} }
