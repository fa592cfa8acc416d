package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// ErrTailCursorInvalid is returned for text that is no cursor of a tail.
var ErrTailCursorInvalid = errors.New("this is no cursor of a tail; start the tail again without it")

// TailCursor is a place in the order of commits: a snapshot of Postgres, and
// therefore exact where clocks and sequences are not. It belongs to no filter,
// but to one cluster.
type TailCursor struct {
	snapshot string
	// seen are the batches at or above the snapshot's xmin that were read already.
	// Only a standby needs it: its snapshots don't say what is in progress.
	seen []uint64
}

var tailCursorForm = regexp.MustCompile(`^(\d{1,20}:\d{1,20}:(?:\d{1,20}(?:,\d{1,20})*)?)(?:/(\d{1,20}(?:,\d{1,20})*))?$`)

// String is the form that ParseTailCursor reads.
func (c TailCursor) String() string {
	if len(c.seen) == 0 {
		return c.snapshot
	}
	parts := make([]string, len(c.seen))
	for i, xid := range c.seen {
		parts[i] = strconv.FormatUint(xid, 10)
	}
	return c.snapshot + "/" + strings.Join(parts, ",")
}

// ParseTailCursor reads what String wrote.
func ParseTailCursor(s string) (TailCursor, error) {
	parts := tailCursorForm.FindStringSubmatch(s)
	if parts == nil {
		return TailCursor{}, ErrTailCursorInvalid
	}
	c := TailCursor{snapshot: parts[1]}
	for part := range strings.SplitSeq(parts[2], ",") {
		if part == "" {
			continue
		}
		xid, err := strconv.ParseUint(part, 10, 64)
		if err != nil {
			return TailCursor{}, ErrTailCursorInvalid
		}
		c.seen = append(c.seen, xid)
	}
	return c, nil
}

// TailFrom returns the cursor from which Tail reads what arrived since then; a
// time in the future stands for now. It goes by the time of arrival, not by the
// time at which things happened.
func (r *Reader) TailFrom(ctx context.Context, since time.Time) (TailCursor, error) {
	var c TailCursor
	err := r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, sql.TailStart, r.arguments(planEach, []any{since})...).Scan(&c.snapshot)
	})
	if err != nil {
		return TailCursor{}, fmt.Errorf("find where to begin the tail: %w", err)
	}
	return c, nil
}

// Tail hands every activity that f chooses and that was committed since the
// cursor to visit, once each and by time, and returns the cursor to go on from.
// When it fails, nothing counts as read: the next call with the same cursor
// repeats what visit got.
//
// It takes no longer than reading the range of time that the new batches span; the
// caller's context bounds it.
func (r *Reader) Tail(ctx context.Context, c TailCursor, f Filter, visit func(*Record) error) (TailCursor, error) {
	return r.tail(ctx, c, f, allColumns, visit)
}

// TailFields is Tail that reads the columns of fields only, see PageRequest.Fields.
func (r *Reader) TailFields(ctx context.Context, c TailCursor, f Filter, fields []string, visit func(*Record) error) (TailCursor, error) {
	return r.tail(ctx, c, f, project(fields), visit)
}

func (r *Reader) tail(ctx context.Context, c TailCursor, f Filter, columns projection, visit func(*Record) error) (TailCursor, error) {
	f = r.scope.within(f)
	if err := new(conditions).addFilter(&f); err != nil {
		return c, err // also while there is nothing to filter
	}
	var next TailCursor
	err := r.read(ctx, 0, planEach, func(tx pgx.Tx) error {
		batches, now, err := r.newBatches(ctx, tx, c)
		if err != nil {
			return err
		}
		next = now
		for _, stretch := range merge(batches) {
			if err := r.tailRows(ctx, tx, stretch, &f, columns, visit); err != nil {
				return err
			}
		}
		return nil
	})
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == "22P02" {
		err = ErrTailCursorInvalid // right in form, but no snapshot to Postgres
	}
	if err != nil {
		return c, fmt.Errorf("follow the trail: %w", err)
	}
	return next, nil
}

// committed is a row of activity.batch: a transaction, and the times from the least
// to the greatest of its activities.
type committed struct {
	xid      uint64
	from, to model.Micros
}

// newBatches returns the batches in the order of their least times.
func (r *Reader) newBatches(ctx context.Context, tx pgx.Tx, c TailCursor) ([]committed, TailCursor, error) {
	seen := c.seen
	if seen == nil {
		seen = []uint64{} // NULL would hide everything
	}
	rows, err := tx.Query(ctx, sql.TailBatches, r.arguments(planEach, []any{c.snapshot, seen})...)
	if err != nil {
		return nil, c, err
	}
	var (
		now         TailCursor
		standby     bool
		xid         *uint64
		least, most *time.Time
		batches     []committed
	)
	_, err = pgx.ForEachRow(rows, []any{&now.snapshot, &standby, &xid, &least, &most}, func() error {
		if xid != nil {
			batches = append(batches, committed{*xid, model.MicrosOf(*least), model.MicrosOf(*most)})
		}
		return nil
	})
	if err == nil && standby {
		now, err = standbyCursor(now, c, batches)
	}
	return batches, now, err
}

// standbyCursor makes a cursor of a standby's snapshot, which has its xmin right
// and says nothing of what is in progress above: it takes everything from xmin on
// as unseen, but for what was read.
func standbyCursor(now, before TailCursor, batches []committed) (TailCursor, error) {
	text, _, _ := strings.Cut(now.snapshot, ":")
	xmin, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return TailCursor{}, fmt.Errorf("read snapshot %q: %w", now.snapshot, err)
	}
	now.snapshot = text + ":" + text + ":"
	for _, xid := range before.seen {
		if xid >= xmin {
			now.seen = append(now.seen, xid)
		}
	}
	for _, b := range batches {
		if b.xid >= xmin {
			now.seen = append(now.seen, b.xid)
		}
	}
	return now, nil
}

// stretch is a range of time, with both its ends, and the batches within.
type stretch struct {
	from, to model.Micros
	xids     []uint32
}

// merge makes stretches that don't overlap, so that rows come by time and no row
// is looked at twice.
func merge(batches []committed) []stretch {
	var stretches []stretch
	for _, b := range batches {
		xid := uint32(b.xid) //nolint:gosec // rows carry the low half of their transaction's id
		if n := len(stretches); n > 0 && b.from <= stretches[n-1].to {
			last := &stretches[n-1]
			last.to = max(last.to, b.to)
			last.xids = append(last.xids, xid)
			continue
		}
		stretches = append(stretches, stretch{b.from, b.to, []uint32{xid}})
	}
	return stretches
}

func (r *Reader) tailRows(ctx context.Context, tx pgx.Tx, s stretch, f *Filter, columns projection, visit func(*Record) error) error {
	from, to := s.from, s.to
	if !f.From.IsZero() {
		from = max(from, model.MicrosOf(f.From))
	}
	if !f.To.IsZero() {
		to = min(to, model.MicrosOf(f.To)-1)
	}
	if from > to {
		return nil
	}
	c := conditions{args: []any{from.Time(), to.Time(), s.xids}}
	if err := c.addFilter(f); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, compose(sql.TailRows, columns, c.sql.String()), r.arguments(planEach, c.args)...)
	if err != nil {
		return err
	}
	return eachRecord(rows, visit)
}
