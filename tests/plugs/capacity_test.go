package plugs

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What docs/guide/capacity.md calculates with. Each figure is named there with its source.
const (
	heapBytes  = 703  // a row
	indexBytes = 394  // a row
	walBytes   = 1418 // a row
	// roadMicros is the time of a core that a row takes on its whole road: two cores took
	// 24,700 rows a second.
	roadMicros = 81
	// worstHour is how much more than the average of the day comes in its worst hour.
	worstHour = 4.4
	// busy is how much of a core is planned to be used then.
	busy = 0.5
	// daysAhead are the partitions that wait for their day.
	daysAhead = 8

	secondsADay = 24 * 60 * 60
)

// The table can't drift from what it is calculated from.
func TestCapacityTable(t *testing.T) {
	t.Parallel()
	text := read(t, "docs/guide/capacity.md")
	require.InDelta(t, roadMicros, 2*1e6/24_700, 0.5, "the rate in bench/README.md")
	require.Contains(t, read(t, "bench/README.md"), "24,700 rows/s")
	for name, figure := range map[string]any{
		"heap": heapBytes, "indexes": indexBytes, "WAL": walBytes, "road": roadMicros,
		"worst hour": worstHour, "load": busy, "ahead": daysAhead,
	} {
		figure := strings.Replace(fmt.Sprint(figure), "1418", "1,418", 1)
		require.Regexp(t, `(?m)^\| `+name+` \| `+figure+` `, text)
	}
	for _, rows := range []float64{10_000, 100_000, 1e6, 10e6, 50e6, 100e6, 500e6} {
		require.Contains(t, text, "\n"+capacityRow(rows)+"\n")
	}
	for _, days := range []int{30, 90, 365} {
		require.Contains(t, text, fmt.Sprintf("\n| %d days | %d |", days, days+daysAhead))
	}
}

func capacityRow(rows float64) string {
	worst := rows / secondsADay * worstHour
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s |",
		number(rows), number(math.Ceil(worst)), cores(worst*roadMicros/1e6/busy),
		size(rows*(heapBytes+indexBytes)), size(90*rows*(heapBytes+indexBytes)), size(365*rows*(heapBytes+indexBytes)), size(rows*walBytes))
}

// cores are at least what a process has to have to run at all.
func cores(n float64) string {
	if n < 0.1 {
		return "0.1"
	}
	return fmt.Sprintf("%.1f", math.Ceil(n*10)/10)
}

func number(n float64) string {
	text := fmt.Sprintf("%.0f", n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func size(bytes float64) string {
	for _, unit := range []string{"B", "kB", "MB", "GB"} {
		if bytes < 1000 {
			return fmt.Sprintf("%.3g %s", bytes, unit)
		}
		bytes /= 1000
	}
	return fmt.Sprintf("%.3g TB", bytes)
}
