package setup

import (
	"sync"
	"sync/atomic"
	"time"
)

// dropInterval is how often the same reason is told.
const dropInterval = time.Second

// drops counts what is lost and tells of it, without a flood of calls when each of many
// activities is lost for the same reason.
type drops struct {
	total atomic.Int64
	tell  func(count int, reason error)

	mu      sync.Mutex
	reasons map[string]*reason
}

type reason struct {
	err     error
	pending int
	timer   *time.Timer
}

func newDrops(tell func(int, error)) *drops {
	return &drops{tell: tell, reasons: map[string]*reason{}}
}

// hold tells what keeps everything from being sent, while nothing is lost.
func (d *drops) hold(err error) { d.note(0, err) }

// note counts now, and tells now or within a second.
func (d *drops) note(count int, err error) {
	d.total.Add(int64(count))
	key := err.Error()
	d.mu.Lock()
	if r, recent := d.reasons[key]; recent {
		r.pending += count
		d.mu.Unlock()
		return
	}
	d.reasons[key] = &reason{err: err, timer: time.AfterFunc(dropInterval, func() { d.catchUp(key) })}
	d.mu.Unlock()
	d.tell(count, err)
}

// catchUp tells what has come since, and forgets the reason when nothing has.
func (d *drops) catchUp(key string) {
	d.mu.Lock()
	r, ok := d.reasons[key]
	if !ok {
		d.mu.Unlock()
		return
	}
	count := r.pending
	r.pending = 0
	if count == 0 {
		delete(d.reasons, key)
	} else {
		r.timer.Reset(dropInterval)
	}
	d.mu.Unlock()
	if count > 0 {
		d.tell(count, r.err)
	}
}

// close tells what was not told yet.
func (d *drops) close() {
	d.mu.Lock()
	left := d.reasons
	d.reasons = map[string]*reason{}
	d.mu.Unlock()
	for _, r := range left {
		r.timer.Stop()
		if r.pending > 0 {
			d.tell(r.pending, r.err)
		}
	}
}
