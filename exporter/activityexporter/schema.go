package activityexporter

import (
	"context"
	"fmt"
)

// schemaGate lets writers through once the schema is there. The first to come
// creates it; the others wait for that, not for each other's writes.
type schemaGate struct {
	create func(context.Context) error
	// state holds whether the schema is there. Who takes it out has the lock; a
	// mutex would make writers wait past their deadlines.
	state chan bool
}

// newSchemaGate makes a gate that is open when create is nil: then the schema is
// another's business.
func newSchemaGate(create func(context.Context) error) *schemaGate {
	g := &schemaGate{create: create, state: make(chan bool, 1)}
	g.state <- false
	return g
}

func (g *schemaGate) pass(ctx context.Context) (err error) {
	if g.create == nil {
		return nil
	}
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for the schema: %w", ctx.Err())
	case there := <-g.state:
		if !there {
			err = g.create(ctx)
		}
		g.state <- err == nil
		return err
	}
}

// shut makes the next writer look again: somebody dropped the schema, or put an
// empty database in the place of the one that had it.
func (g *schemaGate) shut() {
	<-g.state
	g.state <- false
}
