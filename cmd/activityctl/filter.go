package main

import (
	"github.com/spf13/pflag"

	"github.com/otel-activity/otel-activity/internal/store"
)

// filterHelp goes into the help of each command that has the filter's flags.
const filterHelp = `Each filter can be given several times: the values of one flag are alternatives,
different flags must all match. With a "-" in front a value is excluded:
--status=-success is everything that did not succeed.`

// filterFlags are the flags that choose activities.
type filterFlags struct {
	from, to                          when
	project, source, action, status   []string
	severity, entity, actor, onBehalf []string
	trace, operation                  []string
	text                              string
}

func (f *filterFlags) register(flags *pflag.FlagSet) {
	f.registerTimes(flags)
	flags.StringArrayVar(&f.project, "project", nil, "project")
	flags.StringArrayVar(&f.source, "source", nil, "user, system, integration, database or scheduled")
	flags.StringArrayVar(&f.action, "action", nil, "action, as in order.refund")
	flags.StringArrayVar(&f.status, "status", nil, "success, failure, pending, canceled or unknown")
	flags.StringArrayVar(&f.severity, "severity", nil, "info, notice, warning or critical")
	flags.StringArrayVar(&f.entity, "entity", nil, "what was acted on, as type:id, type/id or type")
	flags.StringArrayVar(&f.actor, "actor", nil, "id of who did it")
	flags.StringArrayVar(&f.onBehalf, "on-behalf-of", nil, "id of whom it was done for")
	flags.StringArrayVar(&f.trace, "trace", nil, "trace id, 32 hexadecimal digits")
	flags.StringArrayVar(&f.operation, "operation", nil, "id that the records of one operation share")
	flags.StringVar(&f.text, "text", "", "text in action, entity, actor, details or reason, in any case")
}

func (f *filterFlags) registerTimes(flags *pflag.FlagSet) {
	flags.Var(&f.from, "from", "not before: "+whenForms)
	flags.Var(&f.to, "to", "before, in the same forms")
}

func (f *filterFlags) filter() store.Filter {
	filter := store.Filter{From: f.from.time, To: f.to.time, Text: f.text}
	filter.Project.Add(f.project...)
	filter.Source.Add(f.source...)
	filter.Action.Add(f.action...)
	filter.Status.Add(f.status...)
	filter.Severity.Add(f.severity...)
	filter.Entity.Add(f.entity...)
	filter.Actor.Add(f.actor...)
	filter.OnBehalfOf.Add(f.onBehalf...)
	filter.Trace.Add(f.trace...)
	filter.Operation.Add(f.operation...)
	return filter
}
