//go:build !race

package activityapi

import "time"

// p95Bound is how long an activity may take from its commit to the client.
const p95Bound = 100 * time.Millisecond
