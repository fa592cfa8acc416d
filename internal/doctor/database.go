package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/schema"
	"github.com/otel-activity/otel-activity/internal/store"
)

// Patient is the database that is looked at.
type Patient struct {
	Examiner *store.Examiner
	// Schema is the same database for whom its version is read.
	Schema schema.Querier
}

// Limits are the bounds past which something is worth a finding.
type Limits struct {
	// Partitions that are attached: planning a list without a time takes 1.8 ms at
	// 60 of them, 30 ms at 400, 119 ms at 1,000.
	Partitions int64
	// DaysAhead that have partitions, today included. Maintenance keeps eight.
	DaysAhead int
	// Unfolded is how long counts wait for a maintenance that runs each minute.
	Unfolded time.Duration
	// Overdue is how long a task of the upkeep may not be done although it is due.
	Overdue time.Duration
	// StatisticsKept, IndexScans and IndexBytes are what it takes to call an index
	// unused: for how long nobody read it, how often others of its table were read
	// meanwhile, and its size.
	StatisticsKept time.Duration
	IndexScans     int64
	IndexBytes     int64
	// WAL that a slot keeps back, in bytes.
	WAL int64
	// ClockSkew between this machine and the database, and between those who
	// record and the database.
	ClockSkew time.Duration
	// SourceLag is how late all activities of a service may come.
	SourceLag time.Duration
}

// DefaultLimits are those of the command.
func DefaultLimits() Limits {
	return Limits{
		Partitions:     150,
		DaysAhead:      6,
		Unfolded:       15 * time.Minute,
		Overdue:        time.Hour,
		StatisticsKept: 7 * 24 * time.Hour,
		IndexScans:     1000,
		IndexBytes:     8 << 20,
		WAL:            1 << 30,
		ClockSkew:      2 * time.Second,
		SourceLag:      5 * time.Minute,
	}
}

// examination is a visit to one database.
type examination struct {
	Patient
	limits Limits
	now    func() time.Time
	role   store.Role
}

// check looks at one thing. It has a finding for each of its names, of severity OK
// when all is well.
type check struct {
	names []string
	// rights are what a role needs to look.
	rights string
	look   func(context.Context, *examination) ([]finding.Finding, error)
}

// ofServer are the checks that need no schema, ofTrail those of the schema.
var (
	ofServer = []check{settingsCheck, commitCheck, slotsCheck, clockCheck, roleCheck}
	ofTrail  = []check{
		partitionsCheck, invalidIndexesCheck, unusedIndexesCheck, foldingCheck, upkeepCheck,
		publicCheck, changeCheck, bypassCheck, policiesCheck, partitionReadersCheck,
		sourcesCheck, lettersCheck,
	}
)

// Database checks the server and the schema. What the role may not look at is a
// finding; the error is of a database that does not answer.
func Database(ctx context.Context, patient Patient, limits Limits) ([]finding.Finding, error) {
	return (&examination{Patient: patient, limits: limits, now: time.Now}).run(ctx)
}

func (x *examination) run(ctx context.Context) (found []finding.Finding, err error) {
	if x.role, err = x.Examiner.Role(ctx); err != nil {
		return nil, err
	}
	found, err = x.each(ctx, ofServer)
	if err != nil {
		return nil, err
	}
	version, there, err := x.schema(ctx)
	if found = append(found, version...); err != nil || !there {
		return found, err
	}
	trail, err := x.each(ctx, ofTrail)
	return append(found, trail...), err
}

func (x *examination) each(ctx context.Context, checks []check) ([]finding.Finding, error) {
	var all []finding.Finding
	for i := range checks {
		found, err := checks[i].look(ctx, x)
		if err != nil {
			why, ok := x.refusal(&checks[i], err)
			if !ok {
				return nil, err
			}
			found = why
		}
		all = append(all, found...)
	}
	return all, nil
}

// refusal turns what can't be looked at into findings, one for each name.
func (x *examination) refusal(c *check, err error) ([]finding.Finding, bool) {
	var remedy string
	switch store.RefusalOf(err) {
	case store.RefusalRights:
		remedy = fmt.Sprintf("give the role %s %s, or run doctor as the owner of the schema", x.role.Name, c.rights)
	case store.RefusalSchema:
		remedy = "bring the schema up to date with `activityctl schema up`, and run doctor again"
	case store.RefusalTime:
		remedy = "run doctor again when the database has less to do"
	case store.RefusalOther, store.RefusalReadOnly:
		remedy = "see what this server lacks of Postgres; the other checks don't depend on it"
	case store.RefusalNone:
		return nil, false
	}
	var found []finding.Finding
	for _, name := range c.names {
		found = append(found, finding.Finding{
			Check: name, Severity: finding.Info,
			What: "not looked at: " + oneLine(err), Remedy: remedy,
		})
	}
	return found, true
}

func warning(check, what, remedy string) finding.Finding {
	return finding.Finding{Check: check, Severity: finding.Warning, What: what, Remedy: remedy}
}

func broken(check, what, remedy string) finding.Finding {
	return finding.Finding{Check: check, Severity: finding.Error, What: what, Remedy: remedy}
}

func info(check, what, remedy string) finding.Finding {
	return finding.Finding{Check: check, Severity: finding.Info, What: what, Remedy: remedy}
}

// or is the findings, or the one that all is well.
func or(found []finding.Finding, well finding.Finding) []finding.Finding {
	if len(found) == 0 {
		return []finding.Finding{well}
	}
	return found
}
