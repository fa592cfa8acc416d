package activity

import (
	"context"
	"sync/atomic"
	"time"
)

// Operation is something that takes long and ends somewhere else than in the
// function that began it. It is safe for concurrent use.
type Operation struct {
	doing doing
	ctx   context.Context //nolint:containedctx // the outcome belongs to the trace of the beginning
	ended atomic.Bool
}

// Begin records a pending activity; End of the Operation records the outcome of it.
// Where the process that ends it is another one, keep the ID and record the outcome
// there, within WithOperation.
func (r *Recorder) Begin(ctx context.Context, action string, a Activity) *Operation {
	a.Action = action
	o := &Operation{doing: doing{recorder: r, template: a, start: time.Now()}}
	o.ctx = o.doing.announce(ctx)
	return o
}

// ID is that of the operation, which both activities have.
func (o *Operation) ID() string { return o.doing.template.OperationID }

// Context is that of Begin with the operation, for what belongs to it.
func (o *Operation) Context() context.Context { return o.ctx }

// End records the outcome: success without an error, canceled for
// context.Canceled, else failure. Complete may add what is known only now. Only the
// first call has an effect.
func (o *Operation) End(err error, complete ...func(*Activity)) {
	if o.ended.Swap(true) {
		return
	}
	a := o.doing.outcome(err)
	for _, c := range complete {
		c(&a)
	}
	o.doing.recorder.record(o.ctx, &a)
}
