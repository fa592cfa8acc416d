package walplan

import (
	"fmt"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/replication"
)

// The names of checks. Scripts depend on them.
const (
	CheckSlot     = "slot.state"
	CheckFailover = "slot.failover"
)

func (j *judgement) slot() {
	if j.Slot == nil {
		j.find(finding.Info, CheckSlot, "make it with the SQL of this plan, or let the receiver make it", "there is no slot %s yet", j.wanted.Slot)
		if len(j.tables) > 0 && len(j.plan.Refused) == 0 {
			j.slotStep()
		}
	} else {
		j.oldSlot()
	}
	j.failover()
}

func (j *judgement) slotStep() {
	s := Step{
		Check: CheckSlot, SQL: []string{replication.CreateSlotSQL(j.wanted.Slot, j.wanted.Failover && j.canFailOver())},
		Why: "From here on the server keeps WAL until the receiver has read it: start the receiver now. Leave this out where the receiver makes the slot itself (slot: {create: true}). It waits for transactions that are open",
	}
	switch {
	case j.Server.WALLevel != "logical":
		s.Manual = true
		s.Why += ". It works only after the restart"
	case !j.Planner.Replication && !j.Planner.Superuser:
		s.Manual = true
		s.Why += ". Run it as a role with REPLICATION"
	}
	j.step(s)
}

func (j *judgement) oldSlot() {
	s := j.Slot
	drop := fmt.Sprintf("SELECT pg_drop_replication_slot('%s')", s.Name)
	switch {
	case s.Plugin != replication.Plugin || s.Database != j.Server.Database:
		j.find(finding.Error, CheckSlot, "name another slot with --slot", "the slot %s is somebody else's: %s", s.Name, whose(s))
	case s.Temporary:
		j.find(finding.Error, CheckSlot, "name another slot with --slot", "the slot %s is temporary: it vanishes with its session", s.Name)
	case s.Lost():
		j.find(finding.Error, CheckSlot, drop+", and let the receiver start anew (slot: {on_lost: record_gap}); what was changed since "+s.ConfirmedFlush.String()+" is not seen",
			"the slot %s is lost%s: its reader can't go on from where it was", s.Name, reason(s))
	case s.WALStatus == "unreserved":
		j.find(finding.Error, CheckSlot, "start the receiver now, or raise max_slot_wal_keep_size",
			"the slot %s is about to be lost: it is %s behind, past max_slot_wal_keep_size", s.Name, finding.Size(s.Lag()))
	case !s.Active && s.Kept() >= gib:
		j.find(finding.Warning, CheckSlot, "start the receiver; if it is gone for good: "+drop,
			"nobody reads the slot %s, which keeps %s of WAL back", s.Name, finding.Size(s.Kept()))
	case !s.Active:
		j.find(finding.Info, CheckSlot, "start the receiver; if it is gone for good: "+drop,
			"nobody reads the slot %s, which keeps %s of WAL back and more by the hour", s.Name, finding.Size(s.Kept()))
	case s.Lag() >= gib:
		j.find(finding.Warning, CheckSlot, "see what holds it up: the receiver's own log, or a transaction that is open for long",
			"the reader of the slot %s is %s behind", s.Name, finding.Size(s.Lag()))
	default:
		j.fine(CheckSlot, "the slot %s is read, and %s behind", s.Name, finding.Size(s.Lag()))
	}
}

func whose(s *replication.Slot) string {
	if s.Plugin == "" {
		return "it is a physical one"
	}
	return fmt.Sprintf("it is for the plugin %s and the database %s", s.Plugin, s.Database)
}

func reason(s *replication.Slot) string {
	if s.InvalidationReason == "" {
		return ""
	}
	return " (" + s.InvalidationReason + ")"
}

func (j *judgement) canFailOver() bool { return j.Server.VersionNumber >= failoverVersion }

func (j *judgement) failover() {
	const onStandby = "on the standby, set sync_replication_slots = on, hot_standby_feedback = on, primary_slot_name, and dbname in primary_conninfo"
	has := j.Slot != nil && j.Slot.Failover
	switch {
	case j.wanted.Failover && !j.canFailOver():
		j.find(finding.Error, CheckFailover, "plan without --failover", "this server can't keep slots on its standbys: that takes Postgres 17")
	case j.wanted.Failover && j.Slot != nil && !has:
		j.find(finding.Warning, CheckFailover, "over a replication connection: ALTER_REPLICATION_SLOT "+j.wanted.Slot+" (FAILOVER true); "+onStandby, "the slot %s is not one that standbys keep", j.wanted.Slot)
	case j.wanted.Failover || has:
		j.find(finding.Info, CheckFailover, onStandby, "standbys keep the slot %s too, once they are set up for it", j.wanted.Slot)
	case j.canFailOver():
		j.find(finding.Info, CheckFailover, "if there is a standby: plan with --failover; "+onStandby, "the slot is on this server alone: when a standby takes over it is missing, and the receiver reports a gap")
	default:
		j.find(finding.Info, CheckFailover, "nothing to set before Postgres 17", "the slot is on this server alone: when a standby takes over it is missing, and the receiver reports a gap")
	}
}
