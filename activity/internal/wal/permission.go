package wal

import (
	"errors"
	"fmt"
	"sync/atomic"

	"go.opentelemetry.io/otel"
)

// Permission is whether the application's role may emit messages. It is asked for once:
// without it, every transaction would fail. It is safe for concurrent use.
type Permission struct{ state atomic.Int32 }

const (
	unasked int32 = iota
	granted
	denied
)

const remedy = "GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean, text, text) to the application's role, from Postgres 17 on pg_logical_emit_message(boolean, text, text, boolean)"

var errDenied = errors.New("row changes won't tell who made them: " + remedy)

// Granted reports whether the role may emit; ask runs AllowedSQL. When it may not, that is
// reported once, and the application goes on as it would without its context.
func (p *Permission) Granted(ask func() (bool, error)) (bool, error) {
	switch p.state.Load() {
	case granted:
		return true, nil
	case denied:
		return false, nil
	}
	yes, err := ask()
	if err != nil {
		return false, fmt.Errorf("ask for the permission to tell who is writing: %w", err)
	}
	if yes {
		p.state.Store(granted)
		return true, nil
	}
	if p.state.Swap(denied) != denied {
		otel.Handle(errDenied)
	}
	return false, nil
}

const insufficientPrivilege = "42501"

// Unrecorded is the error of an activity that is not in its transaction.
func Unrecorded(action string, err error) error {
	var refused interface{ SQLState() string }
	if errors.As(err, &refused) && refused.SQLState() == insufficientPrivilege {
		return fmt.Errorf("record %q in the transaction: %w: %s", action, err, remedy)
	}
	return fmt.Errorf("record %q in the transaction: %w", action, err)
}
