package audit

import "slices"

// lookBack is how far, in keys, the old half of an UPDATE can be before the new one: other
// sessions take numbers of the sequence between.
const lookBack = 2000

// half is the old or the new row of an UPDATE in a log table of tablelog.
type half struct {
	id      int64
	changed string // when its transaction began: the same for all rows of one
	key     string
	old     bool
	claimed bool // by a new row
	members []member
}

// updates are the halves that were read last, in the order of their numbers.
type updates struct{ all []*half }

// take remembers a half, and returns the old half of a new one; nil without.
func (u *updates) take(h *half) *half {
	u.forget(h.id - lookBack)
	var partner *half
	if !h.old {
		if partner = u.partner(h); partner != nil {
			partner.claimed = true
		}
	}
	u.all = append(u.all, h)
	return partner
}

// partner finds the old half: the nearest of the same row and transaction. When an UPDATE
// changes the key it is the row that the transaction wrote right before.
func (u *updates) partner(h *half) *half {
	var before *half
	for _, o := range slices.Backward(u.all) {
		if o.id < h.id-lookBack {
			break // what is remembered of more depends on where reading began
		}
		if o.changed != h.changed {
			continue
		}
		if before == nil {
			before = o
		}
		if o.old && !o.claimed && o.key == h.key {
			return o
		}
	}
	if before == nil || !before.old || before.claimed {
		return nil
	}
	return before
}

// forget drops halves before a number, of many at a time.
func (u *updates) forget(before int64) {
	if len(u.all) < lookBack {
		return
	}
	n := 0
	for n < len(u.all) && u.all[n].id < before {
		n++
	}
	if n >= lookBack/2 {
		u.all = append(u.all[:0], u.all[n:]...)
	}
}
