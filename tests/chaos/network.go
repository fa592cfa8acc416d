package main

import (
	"context"
	"errors"
	"time"
)

func failedOver(_ context.Context, r *rig) error {
	first, second := r.proxies[0], r.proxies[1]
	first.down.Store(true)
	first.cutAll()
	time.Sleep(r.length(5))
	first.down.Store(false)
	second.down.Store(true)
	second.cutAll()
	time.Sleep(r.length(5))
	second.down.Store(false)
	if second.accepted.Load() == 0 {
		return errors.New("no connection came over the second address")
	}
	return nil
}

func cut(ctx context.Context, r *rig) error {
	for range r.times(10) {
		r.proxies[0].cutAfter.Store(int64(50_000 + r.rand.IntN(2_000_000)))
		time.Sleep(r.length(3) / 2)
	}
	return r.proxies[0].waitHarm(ctx)
}

func halfOpen(ctx context.Context, r *rig) error {
	r.proxies[0].silent.Store(true)
	time.Sleep(r.length(15))
	r.proxies[0].silent.Store(false)
	// The other side has forgotten the connections meanwhile.
	r.proxies[0].cutAll()
	return r.proxies[0].waitHarm(ctx)
}

func delayed(ctx context.Context, r *rig) error {
	r.proxies[0].latency.Store(int64(200 * time.Millisecond))
	time.Sleep(r.length(20))
	r.proxies[0].latency.Store(0)
	return r.proxies[0].waitHarm(ctx)
}

func reset(ctx context.Context, r *rig) error {
	r.proxies[0].resets.Store(10_000)
	defer r.proxies[0].resets.Store(0)
	time.Sleep(r.length(20))
	return r.proxies[0].waitHarm(ctx)
}
