package store

import (
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/sql"
)

// OtherActions is the action under which activity.rollup_action_day counts the
// activities whose actions were too many in one batch to be counted each:
// somebody puts ids into actions. The counts by hour are not affected.
const OtherActions = "(other)"

const (
	// maxActions is how many different actions of one batch are counted each.
	maxActions = 256

	microsPerHour = model.Micros(time.Hour / time.Microsecond)
	microsPerDay  = 24 * microsPerHour
)

type hourKey struct {
	hour     model.Micros
	project  string
	source   model.Source
	status   model.Status
	severity model.Severity
}

type dayKey struct {
	day     model.Micros
	project string
	action  string
	status  model.Status
}

// counts adds up the rows of one transaction: how many of each key, keys in the
// order of their first row.
type counts struct {
	hours tally[hourKey]
	days  tally[dayKey]
	// actions are those that are counted each.
	actions map[string]struct{}
}

type tally[K comparable] struct {
	places map[K]int
	keys   []K
	n      []int64
}

func (t *tally[K]) reset() {
	clear(t.places)
	t.keys, t.n = t.keys[:0], t.n[:0]
}

func (t *tally[K]) start(k K) {
	if t.places == nil {
		t.places = map[K]int{}
	}
	t.places[k] = len(t.keys)
	t.keys = append(t.keys, k)
	t.n = append(t.n, 1)
}

// count counts rows anew. Keys are built inside the index expressions, where
// their conversion to string doesn't allocate.
func (c *counts) count(b *Batch, rows []entry) {
	c.hours.reset()
	c.days.reset()
	clear(c.actions)
	for i := range rows {
		e := &rows[i]
		project, action := b.text(e.project), b.text(e.action)

		hour := floor(e.at, microsPerHour)
		if at, ok := c.hours.places[hourKey{hour, string(project), e.source, e.status, e.severity}]; ok {
			c.hours.n[at]++
		} else {
			c.hours.start(hourKey{hour, string(project), e.source, e.status, e.severity})
		}

		day := floor(e.at, microsPerDay)
		if at, ok := c.days.places[dayKey{day, string(project), string(action), e.status}]; ok {
			c.days.n[at]++
		} else {
			c.startDay(dayKey{day, string(project), string(action), e.status})
		}
	}
}

// startDay counts the first activity of k, or one whose action is not counted on
// its own.
func (c *counts) startDay(k dayKey) {
	k.action = c.name(k.action)
	if at, ok := c.days.places[k]; ok {
		c.days.n[at]++
	} else {
		c.days.start(k)
	}
}

// name is that under which an action is counted.
func (c *counts) name(action string) string {
	if _, ok := c.actions[action]; ok {
		return action
	}
	if len(c.actions) == maxActions {
		return OtherActions
	}
	if c.actions == nil {
		c.actions = map[string]struct{}{}
	}
	c.actions[action] = struct{}{}
	return action
}

// floor rounds down to a multiple of width, before the epoch too.
func floor(t, width model.Micros) model.Micros {
	rest := t % width
	if rest < 0 {
		rest += width
	}
	return t - rest
}

// queue adds the statements that store the counts.
func (c *counts) queue(statements *pgx.Batch) {
	c.queueHours(statements)
	c.queueDays(statements)
}

func (c *counts) queueHours(statements *pgx.Batch) {
	keys := c.hours.keys
	hours := make([]time.Time, len(keys))
	words := make([]string, 4*len(keys))
	projects, sources := words[:len(keys)], words[len(keys):2*len(keys)]
	statuses, severities := words[2*len(keys):3*len(keys)], words[3*len(keys):]
	for i := range keys {
		hours[i] = keys[i].hour.Time()
		projects[i] = keys[i].project
		sources[i] = keys[i].source.String()
		statuses[i] = keys[i].status.String()
		severities[i] = keys[i].severity.String()
	}
	statements.Queue(sql.WriteRollupHour, hours, c.hours.n, projects, sources, statuses, severities)
}

func (c *counts) queueDays(statements *pgx.Batch) {
	keys := c.days.keys
	days := make([]time.Time, len(keys))
	words := make([]string, 3*len(keys))
	projects, actions, statuses := words[:len(keys)], words[len(keys):2*len(keys)], words[2*len(keys):]
	for i := range keys {
		days[i] = keys[i].day.Time()
		projects[i] = keys[i].project
		actions[i] = keys[i].action
		statuses[i] = keys[i].status.String()
	}
	statements.Queue(sql.WriteRollupActionDay, c.days.n, days, projects, actions, statuses)
}
