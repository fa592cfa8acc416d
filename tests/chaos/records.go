package main

import (
	"time"
)

// oddTimes are out of order by a year, and now and then at the ends of time.
func oddTimes(n int) time.Time {
	switch {
	case n%1000 == 1:
		return time.Unix(0, 1)
	case n%1000 == 2:
		return time.Date(2262, 1, 1, 0, 0, 0, 0, time.UTC)
	case n%7 == 0:
		return time.Now().AddDate(0, 0, -n%365)
	default:
		return time.Now().Add(-time.Duration(n%60) * time.Second)
	}
}
