package importer

import "sync"

// Sample is a line and what became of it.
type Sample struct {
	Line   int64
	Reason string
}

const maxSamples = 20

// samples keeps the first few of what can be many.
type samples struct {
	mu   sync.Mutex
	list []Sample
}

func (s *samples) add(line int64, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.list) < maxSamples {
		s.list = append(s.list, Sample{line, reason})
	}
}

func (s *samples) all() []Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list
}
