package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// MaxBuckets bounds a histogram.
const MaxBuckets = 240

// HistogramRequest says how to draw activities over time.
type HistogramRequest struct {
	// By is BySeverity, ByStatus or BySource.
	By Dimension
	// Buckets is how many there may be, at most MaxBuckets.
	Buckets int
}

// Bucket is a stretch of time with its counts by value.
type Bucket struct {
	Start  time.Time
	Counts map[string]int64
}

// Histogram is activities over time.
type Histogram struct {
	// From and To are those of the filter, widened to whole buckets.
	From, To time.Time
	Width    time.Duration
	// Buckets are all from From to To, the oldest first.
	Buckets  []Bucket
	Relation Relation
	// SearchedTo is set when the time ran out: what is before wasn't counted.
	SearchedTo time.Time
}

// widths are those of buckets that people read with ease.
var widths = []time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 90 * 24 * time.Hour, 365 * 24 * time.Hour, 3650 * 24 * time.Hour,
}

// mostRead is how many rows a histogram reads for buckets of less than an hour,
// where the kept counts would do for coarser ones.
const mostRead = 100_000

// Histogram counts the activities that f chooses by time; f needs both its times.
// Buckets of an hour and more come from the kept counts where f allows it.
func (r *Reader) Histogram(ctx context.Context, f Filter, h HistogramRequest) (Histogram, error) {
	f = r.scope.within(f)
	if f.From.IsZero() || f.To.IsZero() || !f.From.Before(f.To) {
		return Histogram{}, &FilterError{Field: "from", Reason: "a histogram needs from and to, with from before to"}
	}
	if h.Buckets < 1 || h.Buckets > MaxBuckets {
		return Histogram{}, &FilterError{Field: "buckets", Value: strconv.Itoa(h.Buckets), Reason: fmt.Sprintf("want 1 to %d", MaxBuckets)}
	}
	if !slices.Contains([]Dimension{BySeverity, ByStatus, BySource}, h.By) {
		return Histogram{}, &FilterError{Field: "by", Value: string(h.By), Reason: "want severity, status or source"}
	}
	b := &histogram{Reader: r, filter: &f, by: h.By, width: widthFor(f.To.Sub(f.From), h.Buckets), relation: Exact}
	if kept, err := rollupFor(h.By, &f); err == nil && kept == byHours {
		b.kept = true
		if err := b.coarsen(ctx); err != nil {
			return Histogram{}, err
		}
	}
	b.place()
	err := r.read(ctx, r.timeout, planEach, func(tx pgx.Tx) error {
		switch {
		case !b.kept:
			return b.walk(ctx, tx)
		case b.width < 24*time.Hour:
			return b.fill(ctx, tx, sql.HistogramHours, ofHours(b.period))
		default:
			return b.fill(ctx, tx, sql.HistogramHours, ofDays(b.period))
		}
	})
	if timedOut(ctx, err) && !b.kept {
		b.cut, err = true, nil
	}
	if err != nil {
		return Histogram{}, fmt.Errorf("count activities over time: %w", r.tooSlow(ctx, err))
	}
	return b.histogram(), nil
}

func widthFor(span time.Duration, buckets int) time.Duration {
	for _, width := range widths {
		// One bucket more than the span has: its ends are within buckets.
		if span/width+1 < time.Duration(buckets) || (buckets == 1 && span <= width) {
			return width
		}
	}
	return widths[len(widths)-1]
}

type histogram struct {
	*Reader
	filter *Filter
	by     Dimension
	width  time.Duration
	kept   bool
	period

	buckets  []Bucket
	relation Relation
	cut      bool
	reached  model.Micros
}

// coarsen leaves buckets of less than an hour to the rows, when they are few
// enough to read.
func (b *histogram) coarsen(ctx context.Context) error {
	if b.width >= time.Hour {
		return nil
	}
	total, err := b.Total(ctx, *b.filter, TotalApprox)
	if err != nil {
		return err
	}
	if total.Value > mostRead {
		b.width = time.Hour
		return nil
	}
	b.kept = false
	return nil
}

// place makes the buckets, all of them whole: the filter's times are widened to
// them where counts are kept, and stay the limits where rows are counted.
func (b *histogram) place() {
	width := model.Micros(b.width.Microseconds())
	exact := b.filter.period()
	first := exact.from / width * width
	// A period that nothing can be in is empty, and still has a bucket to show it.
	end := max(first+width, (exact.to+width-1)/width*width)
	for at := first; at < end; at += width {
		b.buckets = append(b.buckets, Bucket{Start: at.Time(), Counts: map[string]int64{}})
	}
	b.period, b.reached = exact, exact.to
	if b.kept {
		b.period = period{first, end}
		if first != exact.from || end != exact.to {
			b.relation = Approximate
		}
	}
}

// walk counts rows from the newest to the oldest, in windows that grow: when the
// time is up, what is counted is the newest part.
func (b *histogram) walk(ctx context.Context, tx pgx.Tx) error {
	deadline := time.Now().Add(b.timeout)
	for width := b.filter.firstWindow(); b.reached > b.from; width *= 2 {
		if err := remaining(ctx, tx, deadline); err != nil {
			return err
		}
		window := period{max(b.from, b.reached-width), b.reached}
		if err := b.fill(ctx, tx, sql.HistogramRows, []any{window.from.Time(), window.to.Time()}); err != nil {
			return err
		}
		b.reached = window.from
	}
	return nil
}

func (b *histogram) fill(ctx context.Context, tx pgx.Tx, statement string, within []any) error {
	statement, args, err := filtered(strings.Replace(statement, "/* value */", column(b.by), 1), b.filter, append(within, b.width)...)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, statement, b.arguments(planEach, args)...)
	if err != nil {
		return err
	}
	var (
		start time.Time
		value string
		n     int64
	)
	_, err = pgx.ForEachRow(rows, []any{&start, &value, &n}, func() error {
		b.buckets[int(start.Sub(b.buckets[0].Start)/b.width)].Counts[value] += n
		return nil
	})
	return err
}

func (b *histogram) histogram() Histogram {
	h := Histogram{
		From: b.buckets[0].Start, To: b.buckets[len(b.buckets)-1].Start.Add(b.width),
		Width: b.width, Buckets: b.buckets, Relation: b.relation,
	}
	if b.cut {
		h.Relation, h.SearchedTo = AtLeast, b.reached.Time()
	}
	return h
}
