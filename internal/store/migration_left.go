package store

import "time"

// Left is how long reading a source will take at the speed of now; false when nothing is
// being read, or its size isn't known.
func (s *MigrationSource) Left() (time.Duration, bool) {
	if s.Phase != MigrationBackfilling || s.Rate <= 0 || s.RowsTotal < 0 {
		return 0, false
	}
	rows := max(s.RowsTotal-s.RowsDone, 0)
	return time.Duration(float64(rows) / s.Rate * float64(time.Second)), true
}
