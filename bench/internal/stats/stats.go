// Package stats sums up the rounds of a benchmark.
package stats

import "slices"

// Median returns the middle one of values, or the mean of the two in the middle.
// There must be at least one; values keep their order.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// Ratio is the median of what each round says: what else the machine does falls
// on neighbours alike.
func Ratio(these, those []float64) float64 {
	ratios := make([]float64, len(these))
	for i := range these {
		ratios[i] = these[i] / those[i]
	}
	return Median(ratios)
}
