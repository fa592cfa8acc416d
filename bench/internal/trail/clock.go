package trail

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/otel-activity/otel-activity/internal/model"
)

// clock gives activities their times: office hours, days from almost none to twice
// the usual, and groups that share one instant.
type clock struct {
	random *rand.Rand
	rows   int
	start  model.Micros
	// until has for each hour from start on how much of the trail is over at its
	// end; the last is all of it.
	until []float64

	hour   int
	now    model.Micros
	shared int // so many more have the time that now is
}

const microsAnHour = model.Micros(time.Hour / time.Microsecond)

func newClock(s Settings, r *rand.Rand) *clock {
	start := s.Until.Add(-time.Duration(s.Days) * 24 * time.Hour)
	c := &clock{random: r, rows: s.Rows, start: model.MicrosOf(start), until: make([]float64, s.Days*24)}
	sum, busy := 0.0, 0.0
	for i := range c.until {
		at := start.Add(time.Duration(i) * time.Hour).UTC()
		if i == 0 || at.Hour() == 0 {
			busy = busyness(at, r)
		}
		sum += busy * rhythm(at.Hour())
		c.until[i] = sum
	}
	for i := range c.until {
		c.until[i] /= sum
	}
	return c
}

// busyness of a day: at weekends there is almost nothing, in the week up to twice
// the usual.
func busyness(day time.Time, r *rand.Rand) float64 {
	usual := min(2, math.Exp(r.NormFloat64()*0.3))
	if weekday := day.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
		return usual * 0.06
	}
	return usual
}

// rhythm of a day: most of it from 9 to 20, with a dip at noon.
func rhythm(hour int) float64 {
	switch {
	case hour < 6 || hour >= 22:
		return 0.04
	case hour < 9 || hour >= 20:
		return 0.25
	case hour == 12:
		return 0.7
	default:
		return 1
	}
}

// next is the time of activity number i, not before that of the one before.
func (c *clock) next(i int) model.Micros {
	if c.shared > 0 {
		c.shared--
		return c.now
	}
	part := (float64(i) + c.random.Float64()) / float64(c.rows)
	for c.hour < len(c.until)-1 && c.until[c.hour] <= part {
		c.hour++
	}
	before := 0.0
	if c.hour > 0 {
		before = c.until[c.hour-1]
	}
	within := (part - before) / (c.until[c.hour] - before)
	at := c.start + model.Micros((float64(c.hour)+min(max(within, 0), 0.999_999))*float64(microsAnHour))
	c.now = max(c.now, at)
	c.shared = c.group()
	return c.now
}

func (c *clock) group() int {
	switch drawn := c.random.Float64(); {
	case drawn < importsAtOneTime:
		return 100 + c.random.IntN(greatestGroup-100)
	case drawn < groupsAtOneTime:
		return 1 + c.random.IntN(8)
	default:
		return 0
	}
}
