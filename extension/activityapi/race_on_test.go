//go:build race

package activityapi

import "time"

// p95Bound leaves room for the race detector, which slows everything down.
const p95Bound = 400 * time.Millisecond
