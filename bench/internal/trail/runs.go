package trail

import "math/rand/v2"

// together is how many traces or operations go on at the same time.
const together = 12

// runs hands out values that a few neighbours share, such as the ids of traces.
type runs[T any] struct {
	longest int
	begin   func() T

	open [together]struct {
		value T
		left  int
	}
}

func (s *runs[T]) next(r *rand.Rand) T {
	run := &s.open[r.IntN(together)]
	if run.left == 0 {
		run.value, run.left = s.begin(), 1+r.IntN(s.longest)
	}
	run.left--
	return run.value
}
