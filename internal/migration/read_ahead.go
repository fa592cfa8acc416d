package migration

import (
	"context"

	"github.com/otel-activity/otel-activity/internal/audit"
)

// readAhead reads the next chunk while the one before is written.
type readAhead struct {
	stop   context.CancelFunc
	source *openSource
	rng    audit.Range
	result chan readResult // nil when nothing is under way
}

type readResult struct {
	piece *piece
	err   error
}

// take returns what was read ahead, or reads it now.
func (a *readAhead) take(ctx context.Context, r *Runner, s *openSource, of audit.Range) (*piece, error) {
	if a.result == nil || a.source != s || a.rng != of {
		a.drop()
		return r.read(ctx, s, of)
	}
	read := <-a.result
	a.result = nil
	a.drop()
	return read.piece, read.err
}

// start reads a chunk in the background. Nobody else may use the source until it is taken
// or dropped.
func (a *readAhead) start(ctx context.Context, r *Runner, s *openSource, of audit.Range) {
	a.drop()
	ctx, a.stop = context.WithCancel(ctx)
	result := make(chan readResult, 1)
	a.source, a.rng, a.result = s, of, result
	go func() {
		p, err := r.read(ctx, s, of)
		result <- readResult{p, err}
	}()
}

// drop ends what was begun, and waits for its end.
func (a *readAhead) drop() {
	if a.stop != nil {
		a.stop()
	}
	if a.result != nil {
		<-a.result
	}
	*a = readAhead{}
}
