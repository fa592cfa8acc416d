package activity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"
)

// DoOption says more about the activity that Do and its relatives record.
type DoOption func(*doing)

// With gives everything that is known beforehand: the entity, the source and so
// on. Err and Duration are always those of the call, and Action that of Do.
func With(a Activity) DoOption {
	return func(d *doing) { d.template = a }
}

// Pending makes Do record a first activity with StatusPending before it calls
// the function. Both have the same OperationID, a new one unless there is one,
// and so has what the function records through the context that it is given.
func Pending() DoOption {
	return func(d *doing) { d.pending = true }
}

// Finish completes the activity after the function has returned, for what is
// known only then: the id of what was made, or a Status other than the one that
// follows from Err. A panic of complete is passed on like one of the function.
func Finish(complete func(*Activity)) DoOption {
	return func(d *doing) { d.finish = append(d.finish, complete) }
}

// Via records through r instead of the Recorder that the function belongs to.
func Via(r *Recorder) DoOption {
	return func(d *doing) { d.recorder = r }
}

// doing is one call on its way.
type doing struct {
	template Activity
	pending  bool
	finish   []func(*Activity)
	recorder *Recorder
	start    time.Time
}

// Do calls fn and returns its error. It records how fn went: success, failure or
// cancellation, how long it took, and the error. When fn panics, the failure is
// recorded and the panic goes on.
func (r *Recorder) Do(ctx context.Context, action string, fn func(context.Context) error, opts ...DoOption) error {
	d := r.prepare(opts)
	d.template.Action = action
	return d.run(ctx, fn)
}

func (r *Recorder) prepare(opts []DoOption) *doing {
	d := &doing{recorder: r}
	for _, opt := range opts {
		opt(d)
	}
	return d
}

// describe puts what a wrapper knows behind what the caller has said.
func (d *doing) describe(known *Activity) {
	t := &d.template
	if t.Action == "" {
		t.Action = known.Action
	}
	if t.Source == "" {
		t.Source = known.Source
	}
	if t.Entity.Type == "" && t.Entity.ID == "" {
		t.Entity.Type, t.Entity.ID = known.Entity.Type, known.Entity.ID
	}
	d.attribute(known.Attributes...)
}

// attribute adds attributes of ours in front of the caller's, which win.
func (d *doing) attribute(kvs ...attribute.KeyValue) {
	d.template.Attributes = slices.Concat(kvs, d.template.Attributes)
}

func (d *doing) run(ctx context.Context, fn func(context.Context) error) error {
	if d.pending {
		ctx = d.announce(ctx)
	}
	d.start = time.Now()
	returned := false
	defer func() {
		if returned {
			return
		}
		// Without a value to recover, the goroutine is exiting.
		p := recover()
		a := d.outcome(&aborted{panicked: p})
		d.recorder.record(ctx, &a)
		if p != nil {
			panic(p)
		}
	}()
	err := fn(ctx)
	a := d.outcome(err)
	for _, complete := range d.finish {
		complete(&a)
	}
	returned = true
	d.recorder.record(ctx, &a)
	return err
}

// announce records the pending activity, in the operation whose context it
// returns.
func (d *doing) announce(ctx context.Context) context.Context {
	ctx = d.operate(ctx)
	pending := d.template
	pending.Status = StatusPending
	pending.ID = ""
	d.recorder.record(ctx, &pending)
	return ctx
}

// operate settles the operation and returns a context that carries it.
func (d *doing) operate(ctx context.Context) context.Context {
	t := &d.template
	if t.OperationID == "" {
		t.OperationID = carriedBy(ctx).operationID
	}
	if t.OperationID == "" {
		t.OperationID = newID(time.Now())
	}
	return WithOperation(ctx, t.OperationID)
}

func (d *doing) outcome(err error) Activity {
	a := d.template
	a.Err = err
	// A clock may be too coarse for what fn did, and zero would mean that
	// nobody measured.
	a.Duration = max(time.Since(d.start), time.Nanosecond)
	return a
}

// aborted is the error of a function that did not return.
type aborted struct{ panicked any }

func (a *aborted) Error() string {
	if a.panicked == nil {
		return "the goroutine exited"
	}
	return fmt.Sprint("panic: ", a.panicked)
}

// ErrorType names the class for the attribute error.type.
func (a *aborted) ErrorType() string {
	if a.panicked == nil {
		return "goexit"
	}
	return "panic"
}
