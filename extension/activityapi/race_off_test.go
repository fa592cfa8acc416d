//go:build !race

package activityapi

import "time"

// p95Bound finds a stream that stands still, and not a machine that is busy. An
// activity is to be there within 100 ms of its commit; the log says the figure.
const p95Bound = 2 * time.Second
