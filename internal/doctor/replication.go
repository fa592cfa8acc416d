package doctor

import (
	"context"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/store"
)

const checkSlots = "replication.slots"

var slotsCheck = check{
	names:  []string{checkSlots},
	rights: "the right to read pg_replication_slots",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		slots, err := x.Examiner.Slots(ctx)
		if err != nil {
			return nil, err
		}
		var found []finding.Finding
		for i := range slots {
			found = append(found, x.slot(&slots[i])...)
		}
		return or(found, fine(checkSlots, "no replication slot is behind or keeps WAL for nobody")), nil
	},
}

func (x *examination) slot(s *store.Slot) []finding.Finding {
	drop := fmt.Sprintf("SELECT pg_drop_replication_slot('%s')", s.Name)
	switch {
	case s.Status == "lost" || s.Invalidation != "":
		why := s.Invalidation
		if why == "" {
			why = "the WAL that it needs is gone"
		}
		return []finding.Finding{broken(checkSlots,
			fmt.Sprintf("the slot %s is lost (%s): its consumer can't go on from where it was", s.Name, why),
			drop+", and let the consumer start anew")}
	case s.Status == "unreserved":
		return []finding.Finding{broken(checkSlots,
			fmt.Sprintf("the slot %s is about to be lost: it is %s behind, past max_slot_wal_keep_size", s.Name, finding.Size(s.LagBytes)),
			"start its consumer now, or raise max_slot_wal_keep_size")}
	case !s.Active && s.KeptBytes >= x.limits.WAL:
		return []finding.Finding{warning(checkSlots,
			fmt.Sprintf("nobody reads the slot %s, which keeps %s of WAL back and more by the hour, until the disk is full", s.Name, finding.Size(s.KeptBytes)),
			"start its consumer; if it is gone for good: "+drop)}
	case !s.Active && s.KeptBytes > 0:
		return []finding.Finding{info(checkSlots,
			fmt.Sprintf("nobody reads the slot %s, which keeps %s of WAL back", s.Name, finding.Size(s.KeptBytes)),
			"if its consumer is gone for good: "+drop)}
	case s.LagBytes >= x.limits.WAL:
		return []finding.Finding{warning(checkSlots,
			fmt.Sprintf("the consumer of the slot %s is %s behind", s.Name, finding.Size(s.LagBytes)),
			"see what holds it up: its own log, or an open transaction in pg_stat_activity")}
	default:
		return nil
	}
}
