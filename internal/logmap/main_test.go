package logmap_test

import "time"

// received is the time of receipt in all tests.
var received = time.Date(2026, 3, 14, 15, 9, 26, 535_897_932, time.UTC)
