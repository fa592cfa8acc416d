package store

import (
	"slices"

	"github.com/otel-activity/otel-activity/internal/model"
)

// planning of a list: for lists without a filter, or with one project alone, one
// plan for all values is best. With a project and an entity it took 2.6 s at
// worst, where a plan made for the values took 10 ms.
func (f *Filter) planning() planning {
	rest := *f
	rest.Project = Match{}
	if len(f.Project.Any) <= 1 && len(f.Project.None) == 0 && rest.all() {
		return planOnce
	}
	return planEach
}

func (f *Filter) all() bool {
	for i := range filterFields {
		if !filterFields[i].match(f).empty() {
			return false
		}
	}
	return f.Entity.empty() && f.Text == ""
}

const (
	wideWindow   = 30 * day
	narrowWindow = hour
)

// firstWindow is wide where an index leads to the matches alone, and narrow where
// rows are looked at one by one: a narrow one comes to its end in time, so that a
// list gets on however rare the matches are.
func (f *Filter) firstWindow() model.Micros {
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
