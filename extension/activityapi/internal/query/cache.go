package query

import (
	"container/list"
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// cache keeps answers for a short time, so that a page that many people have open
// costs the database what one costs. Requests that come together share one
// question. A key must name everything that the answer depends on, above all who
// asks.
type cache struct {
	ttl       time.Duration
	most      int
	telemetry *Telemetry
	flight    singleflight.Group

	mu      sync.Mutex
	entries map[string]*list.Element // of *cached
	recent  *list.List               // the latest used first
}

type cached struct {
	key    string
	body   []byte
	madeAt time.Time
}

func newCache(ttl time.Duration, most int, telemetry *Telemetry) *cache {
	return &cache{ttl: ttl, most: most, telemetry: telemetry, entries: map[string]*list.Element{}, recent: list.New()}
}

// answer is the kept answer or the one that ask makes. The question outlives the
// request that asked first: others wait for it too. It must be bounded by itself.
func (c *cache) answer(ctx context.Context, endpoint, key string, ask func(context.Context) ([]byte, error)) ([]byte, error) {
	key = endpoint + "?" + key
	if body, ok := c.get(key); ok {
		c.telemetry.hit(ctx, endpoint)
		return body, nil
	}
	c.telemetry.miss(ctx, endpoint)
	result := c.flight.DoChan(key, func() (any, error) {
		body, err := ask(context.WithoutCancel(ctx))
		if err == nil {
			c.put(key, body)
		}
		return body, err
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-result:
		body, _ := r.Val.([]byte)
		return body, r.Err
	}
}

func (c *cache) get(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.entries[key]
	if !ok {
		return nil, false
	}
	entry := element.Value.(*cached)
	if time.Since(entry.madeAt) >= c.ttl {
		c.remove(element)
		return nil, false
	}
	c.recent.MoveToFront(element)
	return entry.body, true
}

func (c *cache) put(key string, body []byte) {
	if c.ttl <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.entries[key]; ok {
		c.remove(element)
	}
	c.entries[key] = c.recent.PushFront(&cached{key: key, body: body, madeAt: time.Now()})
	for c.recent.Len() > c.most {
		c.remove(c.recent.Back())
	}
}

func (c *cache) remove(element *list.Element) {
	c.recent.Remove(element)
	delete(c.entries, element.Value.(*cached).key)
}
