package activity

import (
	"context"
	"fmt"
	"time"
)

// DoOption says more about the activity that Do records.
type DoOption func(*doing)

// With gives everything that is known beforehand: the entity, the source and so
// on. Do itself sets Action, Err and Duration.
func With(a Activity) DoOption {
	return func(d *doing) { d.template = a }
}

// Pending makes Do record a first activity with StatusPending before it calls
// the function. Both have the same OperationID, a new one unless there is one.
func Pending() DoOption {
	return func(d *doing) { d.pending = true }
}

// Finish completes the activity after the function has returned, for what is
// known only then: the id of what was made, or a Status other than the one that
// follows from Err. A panic of complete is passed on like one of the function.
func Finish(complete func(*Activity)) DoOption {
	return func(d *doing) { d.finish = complete }
}

type doing struct {
	template Activity
	pending  bool
	finish   func(*Activity)
}

// Do calls fn and returns its error. It records how fn went: success, failure or
// cancellation, how long it took, and the error. When fn panics, the failure is
// recorded and the panic goes on.
func (r *Recorder) Do(ctx context.Context, action string, fn func(context.Context) error, opts ...DoOption) error {
	var d doing
	for _, opt := range opts {
		opt(&d)
	}
	d.template.Action = action
	if d.pending {
		d.announce(ctx, r)
	}

	start := time.Now()
	returned := false
	defer func() {
		if returned {
			return
		}
		// Without a value to recover, the goroutine is exiting.
		p := recover()
		a := d.outcome(start, &aborted{panicked: p})
		r.record(ctx, &a)
		if p != nil {
			panic(p)
		}
	}()
	err := fn(ctx)
	a := d.outcome(start, err)
	if d.finish != nil {
		d.finish(&a)
	}
	returned = true
	r.record(ctx, &a)
	return err
}

// announce records the pending activity and settles the operation.
func (d *doing) announce(ctx context.Context, r *Recorder) {
	if d.template.OperationID == "" {
		d.template.OperationID = carriedBy(ctx).operationID
	}
	if d.template.OperationID == "" {
		d.template.OperationID = newID(time.Now())
	}
	pending := d.template
	pending.Status = StatusPending
	pending.ID = ""
	r.record(ctx, &pending)
}

func (d *doing) outcome(start time.Time, err error) Activity {
	a := d.template
	a.Err = err
	// A clock may be too coarse for what fn did, and zero would mean that
	// nobody measured.
	a.Duration = max(time.Since(start), time.Nanosecond)
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
