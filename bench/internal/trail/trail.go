// Package trail makes a trail to read from: activities of the last weeks as real
// applications record them, in the order of their times. The same seed makes the
// same ones, but for the day.
package trail

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/otel-activity/otel-activity/bench/internal/zipf"
	"github.com/otel-activity/otel-activity/internal/model"
)

// Settings of a trail.
type Settings struct {
	Rows int
	// Days are those up to Until, which is now when it is zero.
	Days  int
	Until time.Time
	Seed  uint64
}

// Shares and slopes are those measured on an application's git history and on the
// log of an incident desk.
const (
	actors           = 1500
	actorSlope       = 1.6
	actorShift       = 3 // the first is a seventh and the first ten half of all: between the two sets
	eventsAnEntity   = 20
	entitySlope      = 0.6
	actionSlope      = 1.8
	shareNobody      = 0.07
	shareAutomatic   = 0.17
	shareTraced      = 0.6
	shareOperation   = 0.15
	shareTimed       = 0.4
	shareBehalf      = 0.03
	shareChanged     = 0.3
	shareFailure     = 0.10
	sharePending     = 0.03
	shareCanceled    = 0.01
	shareCritical    = 0.01
	groupsAtOneTime  = 0.02
	importsAtOneTime = 0.00005
	greatestGroup    = 3355
)

var resource = model.Resource{
	ID: 1, ScopeName: "backoffice",
	Attributes: []byte(`{"service.name":"backoffice","service.version":"7.2.0","host.name":"backoffice-5d7c"}`),
}

// projects are five, the first of which is most of the trail.
var projects = []struct {
	name string
	upTo float64
}{{"acme", 0.62}, {"globex", 0.82}, {"initech", 0.92}, {"umbrella", 0.98}, {"hooli", 1}}

// actions are in the order of their frequency.
var actions = []struct{ entityType, action string }{
	{"order", "order.update"},
	{"order", "order.create"},
	{"invoice", "invoice.send"},
	{"customer", "customer.view"},
	{"order", "order.ship"},
	{"payment", "payment.capture"},
	{"customer", "customer.update"},
	{"product", "product.update"},
	{"invoice", "invoice.create"},
	{"order", "order.cancel"},
	{"payment", "payment.refund"},
	{"user", "user.login"},
	{"report", "report.export"},
	{"product", "product.create"},
	{"customer", "customer.create"},
	{"user", "user.logout"},
	{"invoice", "invoice.cancel"},
	{"order", "order.approve"},
	{"product", "product.archive"},
	{"user", "user.invite"},
	{"user", "user.role.grant"},
	{"user", "user.role.revoke"},
	{"customer", "customer.merge"},
	{"report", "report.delete"},
}

// Trail makes activities, one after the other.
type Trail struct {
	settings Settings
	random   *rand.Rand
	clock    *clock
	made     int

	actor, action zipf.Zipf
	entities      map[string]zipf.Zipf // by type
	actors        []string

	traces     runs[traced]
	operations runs[string]
}

type traced struct {
	trace model.TraceID
	root  model.SpanID
}

// New begins a trail.
func New(s Settings) *Trail {
	if s.Until.IsZero() {
		s.Until = time.Now()
	}
	t := &Trail{
		settings: s,
		random:   rand.New(rand.NewPCG(s.Seed, 0x7121)), //nolint:gosec // has to be the same for the same seed
		actor:    zipf.NewShifted(actors, actorSlope, actorShift),
		action:   zipf.New(len(actions), actionSlope),
		entities: newEntities(s.Rows),
		actors:   make([]string, actors),
	}
	t.clock = newClock(s, t.random)
	for i := range t.actors {
		t.actors[i] = "user-" + strconv.Itoa(10_000+i*7%actors)
	}
	t.traces = runs[traced]{longest: 6, begin: t.newTrace}
	t.operations = runs[string]{longest: 4, begin: func() string { return "op-" + strconv.FormatUint(t.random.Uint64(), 36) }}
	return t
}

// newEntities has for each type as many as its actions give work to.
func newEntities(rows int) map[string]zipf.Zipf {
	shares, sum := make(map[string]float64), 0.0
	for rank := range actions {
		weight := math.Pow(float64(rank+1), -actionSlope)
		shares[actions[rank].entityType] += weight
		sum += weight
	}
	all := make(map[string]zipf.Zipf, len(shares))
	for entityType, share := range shares {
		all[entityType] = zipf.New(max(1, int(share/sum*float64(rows)/eventsAnEntity)), entitySlope)
	}
	return all
}

// Next makes the next activity; false is the end. Nothing of it is kept.
func (t *Trail) Next() (model.Activity, bool) {
	if t.made == t.settings.Rows {
		return model.Activity{}, false
	}
	at := t.clock.next(t.made)
	t.made++
	r := t.random
	kind := &actions[t.action.Draw(r)]
	a := model.Activity{
		ID: t.newID(at), OccurredAt: at, ObservedAt: at + model.Micros(500+r.IntN(20_000)),
		Action: kind.action, ProjectID: t.project(), EntityType: kind.entityType,
		EntityID:    kind.entityType + "-" + strconv.Itoa(1_000_000+t.entities[kind.entityType].Draw(r)),
		ServiceName: "backoffice", Environment: "production", ResourceID: resource.ID,
	}
	t.addActor(&a)
	t.addOutcome(&a)
	t.addContext(&a)
	t.addTexts(&a)
	return a, true
}

func (t *Trail) project() string {
	drawn := t.random.Float64()
	for i := range projects {
		if drawn < projects[i].upTo {
			return projects[i].name
		}
	}
	return projects[0].name
}

func (t *Trail) addActor(a *model.Activity) {
	r := t.random
	switch drawn := r.Float64(); {
	case drawn < shareNobody:
		a.Source = model.SourceSystem
	case drawn < shareNobody+shareAutomatic:
		a.Source, a.ActorID, a.ActorType = model.SourceScheduled, "service-sync", "service"
		if r.IntN(3) == 0 {
			a.Source = model.SourceIntegration
		}
	default:
		a.Source, a.ActorID, a.ActorType = model.SourceUser, t.actors[t.actor.Draw(r)], "user"
		a.ActorName = "Member " + a.ActorID[len("user-"):]
		a.ClientAddress = "10." + strconv.Itoa(r.IntN(4)) + "." + strconv.Itoa(r.IntN(256)) + "." + strconv.Itoa(r.IntN(256))
		if r.Float64() < shareBehalf {
			a.OnBehalfOf = t.actors[t.actor.Draw(r)]
		}
	}
}

func (t *Trail) addOutcome(a *model.Activity) {
	r := t.random
	a.Status, a.Severity, a.SeverityNumber = model.StatusSuccess, model.SeverityInfo, 9
	switch drawn := r.Float64(); {
	case drawn < shareFailure:
		a.Status, a.Severity, a.SeverityNumber = model.StatusFailure, model.SeverityWarning, 13
		a.Reason = "the other side refused it"
	case drawn < shareFailure+sharePending:
		a.Status = model.StatusPending
	case drawn < shareFailure+sharePending+shareCanceled:
		a.Status = model.StatusCanceled
	}
	switch drawn := r.Float64(); {
	case drawn < shareCritical:
		a.Severity, a.SeverityNumber = model.SeverityCritical, 21
	case drawn < 0.1 && a.Severity == model.SeverityInfo:
		a.Severity, a.SeverityNumber = model.SeverityNotice, 10
	}
	if r.Float64() < shareTimed {
		a.Duration, a.HasDuration = r.ExpFloat64()/8, true
	}
}

func (t *Trail) addContext(a *model.Activity) {
	r := t.random
	if r.Float64() < shareTraced {
		run := t.traces.next(r)
		a.TraceID, a.SpanID = run.trace, run.root
		binary.BigEndian.PutUint32(a.SpanID[:], r.Uint32())
	}
	if r.Float64() < shareOperation {
		a.OperationID = t.operations.next(r)
	}
}

func (t *Trail) newTrace() (made traced) {
	binary.BigEndian.PutUint64(made.trace[:], t.random.Uint64())
	binary.BigEndian.PutUint64(made.trace[8:], t.random.Uint64())
	binary.BigEndian.PutUint64(made.root[:], t.random.Uint64())
	return made
}

// newID is a UUID of version 7.
func (t *Trail) newID(at model.Micros) (id model.ID) {
	ms := uint64(at / 1000) //nolint:gosec // after 1970
	binary.BigEndian.PutUint64(id[:], ms<<16|0x7000|t.random.Uint64()&0x0fff)
	binary.BigEndian.PutUint64(id[8:], t.random.Uint64()&^(3<<62)|1<<63)
	return id
}
