package walplan

import (
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/internal/finding"
)

// The names of checks. Scripts depend on them.
const (
	CheckVersion       = "server.version"
	CheckPrimary       = "server.primary"
	CheckLevel         = "wal.level"
	CheckSlots         = "wal.slots"
	CheckSenders       = "wal.senders"
	CheckKept          = "wal.kept"
	CheckSenderTimeout = "wal.sender_timeout"
	CheckIdleTimeout   = "wal.idle_timeout"
)

const (
	failoverVersion = 170000

	// leastPeriod of statistics is what a rate is computed of.
	leastPeriod = 10 * time.Minute
	// leastKept is for how long a slot should last without its reader: a weekend's night.
	leastKept = 24 * time.Hour
	// leastTimeout is three of the intervals at which a receiver says that it is there.
	leastTimeout = 5 * time.Second

	day = 24 * time.Hour
	gib = 1 << 30
)

func (j *judgement) server() {
	s := j.Server
	j.fine(CheckVersion, "the server is Postgres %s", s.Version)
	if s.InRecovery {
		j.find(finding.Error, CheckPrimary, "connect to its primary", "the server is a standby: it can make neither a publication nor, in a slot, a message")
	} else {
		j.fine(CheckPrimary, "the server is no standby")
	}
	j.level()
	j.room()
	j.kept()
	j.timeouts()
}

func (j *judgement) level() {
	if j.Server.WALLevel == "logical" {
		j.fine(CheckLevel, "wal_level is logical")
		return
	}
	j.find(finding.Error, CheckLevel, "set wal_level = logical and restart the server",
		"wal_level is %s: the WAL doesn't say which row was changed", j.Server.WALLevel)
	j.step(Step{
		Check: CheckLevel, Manual: !j.Planner.Superuser,
		Why: "The WAL has to say which row was changed. This takes a restart of the server, and makes the WAL larger only where keys are changed. " +
			"On a managed service it is a parameter: rds.logical_replication (Amazon RDS), cloudsql.logical_decoding (Google Cloud SQL), wal_level (Azure)",
		SQL: []string{"ALTER SYSTEM SET wal_level = 'logical'"},
	})
}

// room says whether there may be one slot and one sender more.
func (j *judgement) room() {
	s := j.Server
	if j.Slot == nil && s.UsedSlots >= s.MaxSlots {
		j.more(CheckSlots, "max_replication_slots", s.UsedSlots, s.MaxSlots)
	} else {
		j.fine(CheckSlots, "%d of %d replication slots are used", s.UsedSlots, s.MaxSlots)
	}
	reading := j.Slot != nil && j.Slot.Active
	if !reading && s.UsedSenders >= s.MaxSenders {
		j.more(CheckSenders, "max_wal_senders", s.UsedSenders, s.MaxSenders)
	} else {
		j.fine(CheckSenders, "%d of %d WAL senders are used", s.UsedSenders, s.MaxSenders)
	}
}

func (j *judgement) more(check, setting string, used, limit int) {
	const spare = 4
	j.find(finding.Error, check, fmt.Sprintf("set %s = %d and restart the server", setting, limit+spare),
		"all %d of %s are used (%d)", limit, setting, used)
	j.step(Step{
		Check: check, Manual: !j.Planner.Superuser,
		Why: "The receiver takes one more. This takes a restart of the server",
		SQL: []string{fmt.Sprintf("ALTER SYSTEM SET %s = %d", setting, limit+spare)},
	})
}

// walADay is how many bytes of WAL the server writes a day; 0 when that isn't known.
func (j *judgement) walADay() int64 {
	if j.Server.WALPeriod < leastPeriod {
		return 0
	}
	return int64(float64(j.Server.WALBytes) * float64(day) / float64(j.Server.WALPeriod))
}

// kept judges what happens while nobody reads the slot.
func (j *judgement) kept() {
	limit, rate := j.Server.MaxKept, j.walADay()
	pace := "at a pace that isn't known yet"
	if rate > 0 {
		pace = "about " + finding.Size(rate) + " a day"
	}
	switch {
	case limit < 0:
		j.find(finding.Warning, CheckKept, "set it to what the disk can spare: a slot that falls further behind is lost, and the receiver reports a gap instead of stopping the application",
			"max_slot_wal_keep_size has no bound: while the receiver is away the server keeps its WAL, %s, until the disk is full and the application stops", pace)
		j.step(Step{
			Check: CheckKept, Manual: true,
			Why: "While the receiver is away, the server keeps WAL for it. Choose how much at most, by what the disk can spare",
			SQL: []string{fmt.Sprintf("ALTER SYSTEM SET max_slot_wal_keep_size = '%dGB'", keptGB(rate)), "SELECT pg_reload_conf()"},
		})
	case rate > 0 && lasts(limit, rate) < leastKept:
		j.find(finding.Warning, CheckKept, "raise max_slot_wal_keep_size as far as the disk allows",
			"the slot is lost when the receiver was away for about %s: max_slot_wal_keep_size is %s, and the server writes %s", finding.About(lasts(limit, rate)), finding.Size(limit), pace)
	case rate > 0:
		j.fine(CheckKept, "the slot lasts about %s without its receiver: max_slot_wal_keep_size is %s, and the server writes %s", finding.About(lasts(limit, rate)), finding.Size(limit), pace)
	default:
		j.fine(CheckKept, "max_slot_wal_keep_size is %s", finding.Size(limit))
	}
}

// lasts is for how long a limit holds at a rate of bytes a day; ten years at most.
func lasts(limit, rate int64) time.Duration {
	const long = 3650
	return time.Duration(min(float64(limit)/float64(rate), long) * float64(day))
}

// keptGB is two days of WAL, and at least 10 GB.
func keptGB(rate int64) int64 {
	const least, days = 10, 2
	return max(least, (days*rate+gib-1)/gib)
}

func (j *judgement) timeouts() {
	switch timeout := j.Server.SenderTimeout; {
	case timeout == 0:
		j.find(finding.Info, CheckSenderTimeout, "leave it at its default of 1min",
			"wal_sender_timeout is 0: after a broken connection the slot counts as read for long, and nobody else can read it")
	case timeout < leastTimeout:
		j.find(finding.Warning, CheckSenderTimeout, "set wal_sender_timeout = '1min' and reload",
			"wal_sender_timeout is %s: the server cuts off a receiver that is merely busy", finding.About(timeout))
	default:
		j.fine(CheckSenderTimeout, "wal_sender_timeout is %s", finding.About(timeout))
	}
	switch timeout := j.Server.IdleTimeout; {
	case timeout > 0:
		j.find(finding.Warning, CheckIdleTimeout, "set idle_replication_slot_timeout = 0 and reload, or to more than the longest time that a receiver may be away",
			"idle_replication_slot_timeout is %s: the slot is lost when the receiver was away for longer", finding.About(timeout))
	default:
		j.fine(CheckIdleTimeout, "a slot that nobody reads is not given up for that alone")
	}
}
