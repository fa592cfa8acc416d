package activity

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/otel-activity/otel-activity/semconv"
)

// maxRecord bounds the text and the values of one activity, in bytes: a request of
// OTLP has 4 MiB, and one that is too great is refused with all of its records.
const maxRecord = 1 << 20

// maxShort bounds ids, names and the other texts that are searched for, so that none
// takes the room of the others. The trail keeps at most 1,024 bytes of them.
const maxShort = 16 << 10

// nodeSize is what a value counts besides its text.
const nodeSize = 16

const tooLarge = "!TOO LARGE"

// Repair is something about an activity that could not be recorded as it was. The
// activity is recorded all the same.
type Repair string

// The repairs.
const (
	// RepairAction: there was no action, which the trail then infers.
	RepairAction Repair = "action"
	// RepairUTF8: bytes that are not UTF-8 became U+FFFD.
	RepairUTF8 Repair = "utf8"
	// RepairDepth: a value was nested more than 16 levels deep, or contained itself.
	RepairDepth Repair = "depth"
	// RepairTime: a time before 1970 or after 2262, which OTLP can't name, became the
	// time of the call.
	RepairTime Repair = "time"
	// RepairSize: what exceeded 1 MiB was left out.
	RepairSize Repair = "cut"
	// RepairPanic: the value's own method panicked; the text of the panic is kept.
	RepairPanic Repair = "panic"
	// RepairUnsupported: a channel, a function or the like; a text says so.
	RepairUnsupported Repair = "unsupported"
)

// Repaired tells which activity was not recorded as it was, and why.
type Repaired struct {
	ID      string
	Action  string
	Repairs []Repair
}

// OnRepair sets a function that is told of each activity that had to be repaired. It
// is called by the goroutine that records.
func OnRepair(fn func(Repaired)) Option {
	return func(r *Recorder) { r.onRepair = fn }
}

// Repaired is how many activities had to be repaired since the Recorder was made.
func (r *Recorder) Repaired() int64 { return r.repaired.Load() }

// repairs keeps what was repaired of one activity, and how much room it has left.
type repairs struct {
	found repairSet
	left  int
}

type repairSet uint8

const (
	foundAction repairSet = 1 << iota
	foundUTF8
	foundDepth
	foundTime
	foundSize
	foundPanic
	foundUnsupported
)

var repairOrder = [...]Repair{RepairAction, RepairUTF8, RepairDepth, RepairTime, RepairSize, RepairPanic, RepairUnsupported}

func (s repairSet) list() []Repair {
	var list []Repair
	for bit, repair := range repairOrder {
		if s&(1<<bit) != 0 {
			list = append(list, repair)
		}
	}
	return list
}

func newRepairs() repairs { return repairs{left: maxRecord} }

func (r *repairs) note(found repairSet, text string) string {
	r.found |= found
	return text
}

// short is text for an id, a name or another text that is searched for.
func (r *repairs) short(s string) string {
	if len(s) > maxShort {
		s = r.cut(s, maxShort)
	}
	return r.text(s)
}

// text replaces bytes that are not UTF-8: a single one would make an OTLP
// exporter refuse all records of a batch. It cuts what has no room.
func (r *repairs) text(s string) string {
	if len(s) > r.left {
		s = r.cut(s, max(r.left, 0))
	}
	r.left -= len(s)
	if utf8.ValidString(s) {
		return s
	}
	return r.note(foundUTF8, strings.ToValidUTF8(s, "\uFFFD"))
}

// cut returns at most size bytes, and no part of a character.
func (r *repairs) cut(s string, size int) string {
	for size > 0 && !utf8.RuneStart(s[size]) {
		size--
	}
	return r.note(foundSize, s[:size])
}

// repairTime puts now in the place of a time that OTLP can't name: nanoseconds since
// 1970 in 63 bits. What it was is kept beside it.
func (a *Activity) repairTime(now time.Time) repairSet {
	if seconds := a.At.Unix(); seconds >= 0 && seconds < math.MaxInt64/int64(time.Second) {
		return 0
	}
	original := new(big.Int).Mul(big.NewInt(a.At.Unix()), big.NewInt(int64(time.Second)))
	original.Add(original, big.NewInt(int64(a.At.Nanosecond())))
	a.Attributes = append(slices.Clip(a.Attributes), semconv.ActivityOriginalTimeUnixNanoKey.String(original.String()))
	a.At = now
	return foundTime
}

// report counts and tells of what was repaired.
func (r *Recorder) report(a *Activity, found repairSet) {
	if found == 0 {
		return
	}
	r.repaired.Add(1)
	if r.onRepair != nil {
		r.onRepair(Repaired{ID: a.ID, Action: a.Action, Repairs: found.list()})
	}
}
