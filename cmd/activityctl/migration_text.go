package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/store"
)

// migrationPhases are the phases in their order, as people say them.
var migrationPhases = []struct {
	phase store.MigrationPhase
	word  string
}{
	{store.MigrationDiscovered, "discover"},
	{store.MigrationPrepared, "prepare"},
	{store.MigrationBackfilling, "backfill"},
	{store.MigrationShadowing, "shadow"},
	{store.MigrationFenced, "fence"},
	{store.MigrationSweeping, "sweep"},
	{store.MigrationVerified, "verify"},
	{store.MigrationComplete, "complete"},
}

// phaseLine is the way of a migration: discover ✓ › prepare ✓ › BACKFILL › shadow …
func phaseLine(phase store.MigrationPhase) string {
	if phase == store.MigrationAborted {
		return "ABORTED"
	}
	words, ahead := make([]string, len(migrationPhases)), false
	for i, p := range migrationPhases {
		switch {
		case p.phase == phase && phase != store.MigrationComplete:
			words[i], ahead = strings.ToUpper(p.word), true
		case ahead:
			words[i] = p.word
		default:
			words[i] = p.word + " ✓"
		}
	}
	return strings.Join(words, " › ")
}

// migrationText is a migration for people.
func migrationText(m *store.Migration, lag *int64) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s), %s\n", cell(m.Name), m.ID, strings.Join(migrationFacts(m, lag), ", "))
	fmt.Fprintf(&b, "%s   %.0f %%\n", phaseLine(m.Phase), m.Progress())
	for _, line := range migrationNotes(m) {
		b.WriteString(line + "\n")
	}
	if len(m.Sources) > 0 {
		b.WriteString("\n" + sourcesTable(m.Sources))
	}
	if len(m.Tables) > 0 {
		b.WriteString("\n" + auditedTable(m.Tables))
	}
	return b.String()
}

func migrationFacts(m *store.Migration, lag *int64) []string {
	facts := []string{"started " + minute(m.StartedAt)}
	if m.Database != "" {
		_, name, _ := strings.Cut(m.Database, "/")
		facts = append([]string{"database " + cell(name)}, facts...)
	}
	if !m.VerifiedAt.IsZero() {
		facts = append(facts, fmt.Sprintf("compared %s at %s", finding.Counted(m.Compared, "row", "rows"), minute(m.VerifiedAt)))
	}
	if lag != nil {
		facts = append(facts, "log "+finding.Size(*lag)+" behind")
	}
	if m.Paused {
		facts = append(facts, "paused")
	}
	if !m.EndedAt.IsZero() {
		facts = append(facts, "ended "+minute(m.EndedAt))
	}
	return facts
}

func migrationNotes(m *store.Migration) []string {
	var lines []string
	if m.Wanted != "" || m.Note != "" {
		lines = append(lines, strings.TrimPrefix(string(m.Wanted)+": ", ": ")+cell(m.Note))
	}
	if m.Running() && m.Database == "" {
		lines = append(lines, "No Collector has taken it yet: one whose receiver postgres_wal has this trail in its section migration does.")
	}
	for _, problem := range m.Errors {
		lines = append(lines, "error: "+cell(problem))
	}
	if !m.DropAt.IsZero() && m.Running() {
		lines = append(lines, "The triggers are dropped on "+minute(m.DropAt)+"; until then rollback works.")
	}
	switch reason := m.CutoverGate(); {
	case !m.Running() || m.Phase == store.MigrationVerified:
	case reason == "":
		lines = append(lines, "The cut-over is open: activityctl migration cutover")
	default:
		lines = append(lines, "Cut-over: "+reason)
	}
	return lines
}

func minute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04Z") }

func sourcesTable(sources []store.MigrationSource) string {
	rows := [][]string{{"AUDIT TABLE", "SHAPE", "PHASE", "ROWS", "OF", "%", "ROWS/S", "LEFT", "DIFFERENCES", "ERROR"}}
	for i := range sources {
		s := &sources[i]
		total, percent, rate, left := "?", "?", "-", "-"
		if s.RowsTotal >= 0 {
			total, percent = strconv.FormatInt(s.RowsTotal, 10), "100"
			if s.RowsTotal > 0 {
				percent = strconv.FormatInt(min(100, s.RowsDone*100/s.RowsTotal), 10)
			}
		}
		if d, ok := s.Left(); ok {
			rate, left = strconv.FormatFloat(s.Rate, 'f', 0, 64), finding.About(d)
		}
		rows = append(rows, []string{
			cell(s.Name), cell(shapeOf(s)), string(s.Phase), strconv.FormatInt(s.RowsDone, 10), total, percent, rate, left,
			strconv.FormatInt(s.Differences, 10), cell(s.Error),
		})
	}
	return aligned(rows)
}

func auditedTable(tables []store.MigrationTable) string {
	rows := [][]string{{"TABLE", "RECORDED BY", "SINCE", "COMPARED", "MISMATCHES", "LOCK", "ERROR"}}
	for i := range tables {
		t := &tables[i]
		since, lock := "-", "-"
		if !t.FencedAt.IsZero() {
			since = minute(t.FencedAt)
		}
		if t.LockTime > 0 {
			lock = strconv.FormatFloat(float64(t.LockTime.Microseconds())/1000, 'f', 1, 64) + " ms"
		}
		rows = append(rows, []string{
			cell(t.Name), string(t.Recorder), since, strconv.FormatInt(t.Compared, 10), strconv.FormatInt(t.Mismatches, 10), lock, cell(t.Error),
		})
	}
	return aligned(rows)
}
