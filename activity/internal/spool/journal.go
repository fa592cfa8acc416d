package spool

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// segmentSize is where a segment ends and the next one begins, in bytes.
const segmentSize = 4 << 20

const (
	segmentSuffix = ".seg"
	ackName       = "ack"
	lockName      = "lock"
)

// position is a place in a journal, behind a segment's entries so far.
type position struct {
	segment uint32
	offset  int64
}

// journal is the folder of one owner. It is not safe for concurrent use.
type journal struct {
	folder string
	lock   *os.File
	limit  int64            // where a segment ends
	sizes  map[uint32]int64 // of the segments that are left
	acked  position
	read   position // what Read hands out next
	count  int      // entries that are not acknowledged
	file   *os.File // the segment that is written, nil in a journal taken over
	last   uint32
	ack    *os.File
	buffer []byte
}

// newJournal makes a folder for this process.
func newJournal(folder string, limit int64) (*journal, error) {
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	held, err := makeLock(filepath.Join(folder, lockName))
	if err != nil {
		return nil, errors.Join(err, os.Remove(folder))
	}
	return openJournal(folder, limit, held)
}

// takeJournal takes over the folder of a process that has ended.
func takeJournal(folder string, limit int64) (*journal, error) {
	held, err := takeLock(filepath.Join(folder, lockName))
	if err != nil {
		return nil, err
	}
	return openJournal(folder, limit, held)
}

// openJournal opens a folder that nobody else has until close.
func openJournal(folder string, limit int64, held *os.File) (*journal, error) {
	j := &journal{folder: folder, lock: held, limit: limit, sizes: map[uint32]int64{}}
	if err := j.restore(); err != nil {
		return nil, errors.Join(err, j.close())
	}
	return j, nil
}

// restore finds what a former owner left behind.
func (j *journal) restore() error {
	var err error
	if j.ack, err = os.OpenFile(filepath.Join(j.folder, ackName), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return err
	}
	j.acked = readAck(j.ack)
	files, err := os.ReadDir(j.folder)
	if err != nil {
		return err
	}
	for _, f := range files {
		number, err := strconv.ParseUint(strings.TrimSuffix(f.Name(), segmentSuffix), 10, 32)
		if err != nil || !strings.HasSuffix(f.Name(), segmentSuffix) {
			continue
		}
		info, err := f.Info()
		if err != nil {
			return err
		}
		j.sizes[uint32(number)] = info.Size()
		j.last = max(j.last, uint32(number))
	}
	j.dropAcked()
	j.read = j.acked
	return j.countEntries()
}

func (j *journal) countEntries() error {
	for _, number := range j.segments() {
		data, err := os.ReadFile(j.path(number))
		if err != nil {
			return err
		}
		if number == j.acked.segment {
			data = data[min(int64(len(data)), j.acked.offset):]
		}
		for len(data) > 0 {
			_, size, err := nextEntry(data)
			if err == nil {
				j.count++
			}
			data = data[size:]
		}
	}
	return nil
}

func (j *journal) path(segment uint32) string {
	return filepath.Join(j.folder, fmt.Sprintf("%010d%s", segment, segmentSuffix))
}

func (j *journal) segments() []uint32 {
	numbers := make([]uint32, 0, len(j.sizes))
	for n := range j.sizes {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}

func (j *journal) bytes() int64 {
	var sum int64
	for _, size := range j.sizes {
		sum += size
	}
	return sum
}

// append writes an entry in one call, so that the end of the process can tear at
// most the last one.
func (j *journal) append(payload []byte, sync bool) error {
	if j.file == nil || j.sizes[j.last] >= j.limit {
		if err := j.rotate(sync); err != nil {
			return err
		}
	}
	j.buffer = appendEntry(j.buffer[:0], payload)
	_, err := j.file.Write(j.buffer)
	if err == nil && sync {
		err = j.file.Sync()
	}
	if err != nil {
		// The caller counts it as lost: nothing of it may be left.
		if truncated := j.file.Truncate(j.sizes[j.last]); truncated != nil {
			_ = j.file.Close()
			j.file = nil
		}
		return err
	}
	j.sizes[j.last] += int64(len(j.buffer))
	j.count++
	return nil
}

func (j *journal) rotate(sync bool) error {
	if j.file != nil {
		_ = j.file.Close()
	}
	f, err := os.OpenFile(j.path(j.last+1), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		j.file = nil
		return err
	}
	j.last++
	j.file = f
	j.sizes[j.last] = 0
	if sync {
		return syncFolder(j.folder)
	}
	return nil
}

// next returns entries from the place where the last call ended, and at how many
// places it found damage.
func (j *journal) next(maxEntries, maxBytes int) (entries [][]byte, skipped int, err error) {
	for _, number := range j.segments() {
		if number < j.read.segment {
			continue
		}
		if number > j.read.segment {
			j.read = position{segment: number}
		}
		data, err := j.load(number)
		if err != nil {
			return nil, 0, err
		}
		for len(data) > 0 && len(entries) < maxEntries && maxBytes > 0 {
			payload, size, err := nextEntry(data)
			data = data[size:]
			j.read.offset += int64(size)
			if err != nil {
				skipped++
				continue
			}
			maxBytes -= size
			entries = append(entries, payload)
		}
		if len(entries) >= maxEntries || maxBytes <= 0 {
			break
		}
	}
	return entries, skipped, nil
}

// load reads what is left of a segment.
func (j *journal) load(number uint32) ([]byte, error) {
	size := j.sizes[number] - j.read.offset
	if size <= 0 {
		return nil, nil
	}
	f, err := os.Open(j.path(number))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data := make([]byte, size)
	n, err := f.ReadAt(data, j.read.offset)
	if n == 0 && err != nil {
		return nil, err
	}
	return data[:n], nil
}

// acknowledge settles everything that next has returned so far.
func (j *journal) acknowledge(entries int) error {
	j.count -= entries
	j.acked = j.read
	if j.empty() {
		j.count = 0 // those too that were damaged since they were counted
	}
	err := writeAck(j.ack, j.acked)
	j.dropAcked()
	return err
}

// dropAcked removes segments of which nothing is left.
func (j *journal) dropAcked() {
	for number, size := range j.sizes {
		done := number < j.acked.segment || number == j.acked.segment && j.acked.offset >= size
		if !done || number == j.last && j.file != nil {
			continue
		}
		_ = os.Remove(j.path(number))
		delete(j.sizes, number)
	}
}

// empty reports whether everything is acknowledged.
func (j *journal) empty() bool {
	for number, size := range j.sizes {
		if number > j.acked.segment && size > 0 || number == j.acked.segment && size > j.acked.offset {
			return false
		}
	}
	return true
}

// close ends the ownership, and removes the folder when nothing is left in it.
func (j *journal) close() error {
	done := j.ack != nil && j.empty()
	var errs []error
	for _, f := range []*os.File{j.file, j.ack} {
		if f != nil {
			errs = append(errs, f.Close())
		}
	}
	if done {
		for number := range j.sizes {
			errs = append(errs, os.Remove(j.path(number)))
		}
		errs = append(errs, os.Remove(filepath.Join(j.folder, ackName)))
	}
	// The lock goes last: until then nobody else may look into the folder. Where an
	// open file can be removed it must be before the release: afterwards it may be
	// the lock of another owner.
	name := filepath.Join(j.folder, lockName)
	left := done && os.Remove(name) != nil
	errs = append(errs, j.lock.Close())
	if left {
		_ = os.Remove(name)
	}
	if done {
		_ = os.Remove(j.folder)
	}
	return errors.Join(errs...)
}

const ackSize = 16

// readAck returns the beginning when the file has nothing that can be believed:
// to send again is harmless, to skip is not.
func readAck(f *os.File) position {
	var buf [ackSize]byte
	if _, err := f.ReadAt(buf[:], 0); err != nil {
		return position{}
	}
	if crc32.Checksum(buf[:12], castagnoli) != binary.LittleEndian.Uint32(buf[12:]) {
		return position{}
	}
	return position{
		segment: binary.LittleEndian.Uint32(buf[:]),
		offset:  int64(binary.LittleEndian.Uint64(buf[4:])), //nolint:gosec // it was an int64
	}
}

func writeAck(f *os.File, p position) error {
	var buf [ackSize]byte
	binary.LittleEndian.PutUint32(buf[:], p.segment)
	binary.LittleEndian.PutUint64(buf[4:], uint64(p.offset)) //nolint:gosec // never negative
	binary.LittleEndian.PutUint32(buf[12:], crc32.Checksum(buf[:12], castagnoli))
	_, err := f.WriteAt(buf[:], 0)
	return err
}
