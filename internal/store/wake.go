package store

import (
	"context"
	"fmt"
)

// Wake returns a channel that gets a value when batches were committed; several
// commits may share one. It is closed when the connection, which it keeps to
// itself, is lost or ctx ends. A standby can't listen: then there is an error, and
// the caller looks from time to time instead.
func (r *Reader) Wake(ctx context.Context) (<-chan struct{}, error) {
	pooled, err := r.pool.Acquire(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect to wait for batches: %w", err)
	}
	// Not the pool's any more: it would hand on a session that listens.
	conn := pooled.Hijack()
	if _, err := conn.Exec(ctx, "LISTEN activity_batch"); err != nil {
		_ = conn.Close(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("wait for batches: %w", err)
	}
	woken := make(chan struct{}, 1)
	go func() {
		defer close(woken)
		defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
		for {
			if _, err := conn.WaitForNotification(ctx); err != nil {
				return
			}
			select {
			case woken <- struct{}{}:
			default:
			}
		}
	}()
	return woken, nil
}
