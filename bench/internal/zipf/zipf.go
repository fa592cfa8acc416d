// Package zipf draws numbers as unevenly as people use things.
package zipf

import (
	"math"
	"math/rand/v2"
)

// Zipf draws numbers whose frequency falls with their rank.
type Zipf struct{ cumulated []float64 }

// New makes a Zipf of the numbers below n. The frequency of the one at rank k is
// that of k to the power of minus slope.
func New(n int, slope float64) Zipf { return NewShifted(n, slope, 0) }

// NewShifted is New with ranks that begin behind shift: the first few are less
// frequent, as the most active people are.
func NewShifted(n int, slope, shift float64) Zipf {
	z := Zipf{cumulated: make([]float64, n)}
	sum := 0.0
	for i := range n {
		sum += math.Pow(shift+float64(i+1), -slope)
		z.cumulated[i] = sum
	}
	return z
}

// Draw returns a number; 0 is the most frequent one.
func (z Zipf) Draw(r *rand.Rand) int {
	want := r.Float64() * z.cumulated[len(z.cumulated)-1]
	low, high := 0, len(z.cumulated)-1
	for low < high {
		if middle := (low + high) / 2; z.cumulated[middle] < want {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}
