package store

import (
	"slices"

	"github.com/otel-activity/otel-activity/internal/model"
)

// planning of a list: where one plan is good for all values, one is kept. Planning
// anew over a hundred partitions took 15 ms, reading the page 3 ms.
//
// A project and something else is planned each time: with a project and an entity
// the plan for all values took 2.6 s at worst, where one made for the values took 10
// ms.
func (f *Filter) planning() planning {
	if f.all() || f.scattered() || f.is(func(f *Filter) bool { return take(&f.Project) }) ||
		f.is(func(f *Filter) bool { return take(&f.Actor) }) || f.is((*Filter).takeEntity) {
		return planOnce
	}
	return planEach
}

// scattered says whether the matches are few and an index leads to them, but not in
// the order of time: it has to be asked in each partition.
func (f *Filter) scattered() bool {
	return f.From.IsZero() &&
		(f.is(func(f *Filter) bool { return take(&f.Trace) }) || f.is(func(f *Filter) bool { return take(&f.Operation) }))
}

// found says whether f leads to rows that are of one project nearly always, whatever else
// it asks for. Then row-level security alone holds a list to its scope, and one plan is
// good for all: with the projects named, planning took 15 ms and the list 41.
func (f *Filter) found() bool { return f.scattered() || f.is((*Filter).takeEntity) }

// is says whether f chooses by one value alone, which part takes out of it.
func (f *Filter) is(part func(*Filter) bool) bool {
	rest := *f
	return part(&rest) && rest.all()
}

func take(m *Match) bool {
	one := m.single()
	*m = Match{}
	return one
}

func (f *Filter) takeEntity() bool {
	whole := len(f.Entity.Any) == 1 && len(f.Entity.None) == 0 && f.Entity.Any[0].Type != "" && f.Entity.Any[0].ID != "" &&
		f.EntityType.empty() && f.EntityID.empty()
	halves := f.Entity.empty() && f.EntityType.single() && f.EntityID.single()
	f.Entity, f.EntityType, f.EntityID = EntityMatch{}, Match{}, Match{}
	return whole || halves
}

func (m Match) single() bool { return len(m.Any) == 1 && len(m.None) == 0 }

func (f *Filter) all() bool {
	for i := range filterFields {
		if !filterFields[i].match(f).empty() {
			return false
		}
	}
	return f.Entity.empty() && f.Text == ""
}

const (
	wholeTrail   = farFuture
	wideWindow   = 30 * day
	narrowWindow = hour
)

// firstWindow is wide where an index leads to the matches alone, and narrow where
// rows are looked at one by one: a narrow one comes to its end in time, so that a
// list gets on however rare the matches are. It is all of the trail where each
// partition is asked anyway.
func (f *Filter) firstWindow() model.Micros {
	if f.scattered() {
		return wholeTrail
	}
	rest := *f
	rest.Project.Any, rest.Actor.Any, rest.Trace.Any, rest.Operation.Any = nil, nil, nil, nil
	if !slices.ContainsFunc(f.Entity.Any, func(e Entity) bool { return e.Type == "" || e.ID == "" }) {
		rest.Entity.Any = nil
	}
	if len(f.EntityType.Any) > 0 && len(f.EntityID.Any) > 0 {
		rest.EntityType.Any, rest.EntityID.Any = nil, nil
	}
	if len(f.Project.Any) > 0 {
		rest.Action.Any = nil
	}
	if rest.all() {
		return wideWindow
	}
	return narrowWindow
}
