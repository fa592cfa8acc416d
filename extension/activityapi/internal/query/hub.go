package query

import (
	"context"
	"sync"
	"time"

	"github.com/otel-activity/otel-activity/internal/store"
)

// pollInterval is how often a stream looks without having been woken: where the
// database can't notify, such as a standby, and after a lost connection.
const pollInterval = time.Second

// hub wakes all streams when something was written. It listens with one
// connection, and only while somebody follows the trail.
type hub struct {
	reader *store.Reader
	ctx    context.Context //nolint:containedctx // the life of all streams
	cancel context.CancelFunc

	mu        sync.Mutex
	streams   map[chan struct{}]struct{}
	stop      context.CancelFunc // of the listening
	listening sync.WaitGroup
}

func newHub(reader *store.Reader) *hub {
	h := &hub{reader: reader, streams: map[chan struct{}]struct{}{}}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	return h
}

// subscribe returns a channel that has something in it when there may be news,
// and what ends the subscription.
func (h *hub) subscribe() (woken <-chan struct{}, leave func()) {
	c := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.streams) == 0 {
		var ctx context.Context
		ctx, h.stop = context.WithCancel(h.ctx)
		h.listening.Go(func() { h.listen(ctx) })
	}
	h.streams[c] = struct{}{}
	return c, func() { h.unsubscribe(c) }
}

func (h *hub) unsubscribe(c chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams, c)
	if len(h.streams) == 0 {
		h.stop()
	}
}

// listen wakes streams until ctx ends.
func (h *hub) listen(ctx context.Context) {
	for ctx.Err() == nil {
		if woken, err := h.reader.Wake(ctx); err == nil {
			for range woken {
				h.wake()
			}
		}
		// The streams poll until the connection is there again.
		select {
		case <-ctx.Done():
		case <-time.After(pollInterval):
		}
	}
}

func (h *hub) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.streams {
		select {
		case c <- struct{}{}:
		default: // it has been woken already
		}
	}
}

// close ends all streams.
func (h *hub) close() {
	h.cancel()
	h.listening.Wait()
}
