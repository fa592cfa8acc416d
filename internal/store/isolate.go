package store

import (
	"regexp"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
)

// copyLine finds the row's number in what Postgres says of where in COPY an
// error arose, in any language: "COPY activity, line 3, column id".
var copyLine = regexp.MustCompile(`^COPY \S+, \S+ (\d+)`)

// split divides rows of which Postgres refuses at least one. Where it says
// which, that row is on its own, so that the cost follows the number of refused
// records; elsewhere halves are good enough. The parts are a stack, the first
// part on top.
func split(rows []entry, refusal *pgconn.PgError) [][]entry {
	at, ok := refusedRow(refusal)
	if !ok || at >= len(rows) {
		half := len(rows) / 2
		return [][]entry{rows[half:], rows[:half]}
	}
	return [][]entry{rows[at+1:], rows[at : at+1], rows[:at]}
}

func refusedRow(refusal *pgconn.PgError) (int, bool) {
	match := copyLine.FindStringSubmatch(refusal.Where)
	if match == nil {
		return 0, false
	}
	line, err := strconv.Atoi(match[1])
	return line - 1, err == nil && line > 0
}
