//go:build race

package activityapi

import "time"

// p95Bound finds a stream that stands still, and not a machine that is busy: the
// race detector slows everything down.
const p95Bound = 5 * time.Second
