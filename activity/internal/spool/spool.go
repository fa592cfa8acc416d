package spool

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// ErrFull is the error of Append when the spool has reached its size.
var ErrFull = errors.New("the spool is full")

// ErrClosed is the error of Append after Close.
var ErrClosed = errors.New("the spool is closed")

// Settings are what a spool is opened with.
type Settings struct {
	// Folder is made when it isn't there.
	Folder string
	// MaxBytes bounds what waits, journals taken over included.
	MaxBytes int64
	// Sync makes Append wait for the disk, so that entries survive the end of the
	// machine too.
	Sync bool
}

// Spool is safe for concurrent use; Next and Ack belong to one reader.
type Spool struct {
	settings Settings

	mu     sync.Mutex
	own    *journal
	others []*journal // of the dead, the oldest first
	closed bool
	wake   chan struct{}
}

// Open makes a journal for this process and takes over those of the dead.
func Open(settings Settings) (*Spool, error) {
	if err := os.MkdirAll(settings.Folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the spool's folder: %w", err)
	}
	s := &Spool{settings: settings, wake: make(chan struct{}, 1)}
	s.Adopt()
	if err := s.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("open a journal in the spool's folder: %w", err), s.Close())
	}
	return s, nil
}

// begin makes the journal of this process.
func (s *Spool) begin() (err error) {
	name := strconv.FormatInt(time.Now().UnixNano(), 36) + "-" + strconv.Itoa(os.Getpid())
	if s.own, err = newJournal(filepath.Join(s.settings.Folder, name), s.segmentLimit()); err != nil {
		return err
	}
	if s.settings.Sync {
		return syncFolder(s.settings.Folder)
	}
	return nil
}

// segmentLimit leaves room for several segments: only whole ones are removed.
func (s *Spool) segmentLimit() int64 { return min(segmentSize, s.settings.MaxBytes/8) }

// Adopt takes over the journals of processes that have died since. It reads them, which
// is why nobody waits for it.
func (s *Spool) Adopt() {
	folders, _ := os.ReadDir(s.settings.Folder) // sorted by name, which begins with the time
	for _, f := range folders {
		if !f.IsDir() {
			continue
		}
		// One that can't be locked belongs to a living process, this one included; one
		// that can't be read is left for whoever can.
		if j, err := takeJournal(filepath.Join(s.settings.Folder, f.Name()), s.segmentLimit()); err == nil {
			s.take(j)
		}
	}
}

func (s *Spool) take(j *journal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = j.close()
		return
	}
	s.others = append(s.others, j)
	s.signal()
}

// Append keeps payload, which it copies. After an error it is not kept.
func (s *Spool) Append(payload []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return ErrClosed
	case len(payload) > MaxEntry:
		return fmt.Errorf("an entry has %d bytes, more than %d", len(payload), MaxEntry)
	case s.bytes()+int64(len(payload)) > s.settings.MaxBytes:
		return ErrFull
	}
	if err := s.own.append(payload, s.settings.Sync); err != nil {
		return fmt.Errorf("write to the spool: %w", err)
	}
	s.signal()
	return nil
}

func (s *Spool) bytes() int64 {
	var sum int64
	for _, j := range append(s.others, s.own) {
		if j != nil {
			sum += j.bytes()
		}
	}
	return sum
}

// Batch is what Next has read of one journal.
type Batch struct {
	// Entries are in the order in which they were appended.
	Entries [][]byte
	// Skipped is at how many places the file was damaged; what was there is lost.
	Skipped int

	journal *journal
}

// Next returns the next entries that wait, none when nothing does. It goes on behind
// what it returned last; what is never acknowledged comes again after a restart.
func (s *Spool) Next(maxEntries, maxBytes int) (Batch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.others) > 0 {
		j := s.others[0]
		b, err := j.batch(maxEntries, maxBytes)
		if err == nil && len(b.Entries)+b.Skipped > 0 {
			return b, nil
		}
		// Everything of it is sent, and its folder goes; or it can't be read, and the
		// rest of it waits for another try.
		s.others = s.others[1:]
		if err := errors.Join(err, j.close()); err != nil {
			return Batch{}, err
		}
	}
	if s.own == nil {
		return Batch{}, nil
	}
	return s.own.batch(maxEntries, maxBytes)
}

func (j *journal) batch(maxEntries, maxBytes int) (Batch, error) {
	entries, skipped, err := j.next(maxEntries, maxBytes)
	if err != nil {
		return Batch{}, fmt.Errorf("read the spool: %w", err)
	}
	return Batch{Entries: entries, Skipped: skipped, journal: j}, nil
}

// Ack settles a batch: its entries are never returned again.
func (s *Spool) Ack(b Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.journal == nil || s.closed {
		return nil
	}
	if err := b.journal.acknowledge(len(b.Entries)); err != nil {
		return fmt.Errorf("note what is acknowledged in the spool: %w", err)
	}
	return nil
}

// Len is how many entries wait to be acknowledged.
func (s *Spool) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, j := range append(s.others, s.own) {
		if j != nil {
			n += j.count
		}
	}
	return n
}

// Wake receives when there may be something new for Next.
func (s *Spool) Wake() <-chan struct{} { return s.wake }

func (s *Spool) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Close ends the ownership. What waits stays on disk for the next process.
func (s *Spool) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	for _, j := range append(s.others, s.own) {
		if j != nil {
			errs = append(errs, j.close())
		}
	}
	return errors.Join(errs...)
}
