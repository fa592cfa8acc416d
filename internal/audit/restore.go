package audit

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

// Restorable says whether changes can be put back; if not, why.
func (s *Source) Restorable() (bool, string) { return false, "" }

// Restore inserts changes into the audit table as its triggers would have, and returns the
// keys of the rows.
func (s *Source) Restore(context.Context, pgx.Tx, []Restoration) ([]int64, error) {
	return nil, errors.New("not built")
}
