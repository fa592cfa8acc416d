// Package receipt tells the caller who records an activity what became of it. The
// log API has no way back: Emit returns nothing.
package receipt

import "context"

// Receipt is what a processor says of one record, within the call that emits it.
type Receipt struct {
	given bool
	err   error
}

type key struct{}

// With returns a context that asks for a receipt.
func With(ctx context.Context) (context.Context, *Receipt) {
	r := &Receipt{}
	return context.WithValue(ctx, key{}, r), r
}

// Give answers who asked for a receipt, if anybody did: nil when the record is as
// safe as the processor makes it.
func Give(ctx context.Context, err error) {
	if r, ok := ctx.Value(key{}).(*Receipt); ok {
		r.given, r.err = true, err
	}
}

// Err returns what the processor said, or none when no processor said anything.
func (r *Receipt) Err(none error) error {
	if !r.given {
		return none
	}
	return r.err
}
