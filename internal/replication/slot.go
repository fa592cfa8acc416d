package replication

import (
	"context"
	"fmt"
	"math"
	"strings"
)

// Plugin is the output plugin of the slots that are made here.
const Plugin = "pgoutput"

const failoverVersion = 170000

// Slot is a replication slot.
type Slot struct {
	Name string
	// Plugin and Database are empty for a physical slot.
	Plugin, Database string
	// Active says that somebody reads it now.
	Active bool
	// Temporary slots vanish with their session.
	Temporary bool
	// WALStatus is reserved, extended, unreserved or lost.
	WALStatus string
	// InvalidationReason says why the slot is none any more (Postgres 17 and newer).
	InvalidationReason string
	// Failover says that standbys have it too (Postgres 17 and newer).
	Failover bool
	// ConfirmedFlush is up to where its reader has everything; Restart is from where on
	// the server keeps WAL for it, 0 when the slot is lost.
	ConfirmedFlush, Restart LSN
	// Current is where the server writes now.
	Current LSN
}

// Lost says that its reader can't go on from where it was.
func (s *Slot) Lost() bool { return s.WALStatus == "lost" || s.InvalidationReason != "" }

// Kept is how many bytes of WAL the server keeps for it; 0 of a lost one.
func (s *Slot) Kept() int64 { return distance(s.Restart, s.Current) }

// Lag is how many bytes of WAL its reader has not confirmed.
func (s *Slot) Lag() int64 { return distance(s.ConfirmedFlush, s.Current) }

func distance(from, to LSN) int64 {
	if from == 0 || from > to {
		return 0
	}
	return int64(min(to-from, math.MaxInt64))
}

// slotRow is a row of slot.sql.
type slotRow struct {
	Name, Plugin, Database       string
	Active, Temporary            bool
	WALStatus, Invalidation      string
	Failover                     bool
	Confirmed, Restart, Position int64
}

// ReadSlot reads the slot of a name; nil when there is none.
func ReadSlot(ctx context.Context, db Querier, name string) (*Slot, error) {
	row, err := first(ask[slotRow](ctx, db, "the slot "+name, slotSQL, name))
	if err != nil || row == nil {
		return nil, err
	}
	return &Slot{
		Name: row.Name, Plugin: row.Plugin, Database: row.Database,
		Active: row.Active, Temporary: row.Temporary,
		WALStatus: row.WALStatus, InvalidationReason: row.Invalidation, Failover: row.Failover,
		ConfirmedFlush: lsnOf(row.Confirmed), Restart: lsnOf(row.Restart), Current: lsnOf(row.Position),
	}, nil
}

// CreateSlot makes a permanent logical slot for pgoutput and says from which LSN on it
// has all changes. It waits until all transactions that run now have ended, for which ctx
// is a bound, and so is the session's lock_timeout. The session may not have written in its transaction before. A failover slot
// takes Postgres 17.
func CreateSlot(ctx context.Context, db Querier, name string, failover bool) (LSN, error) {
	statement := slotCreateSQL
	if failover {
		version, err := serverVersion(ctx, db)
		if err != nil {
			return 0, err
		}
		if version < failoverVersion {
			return 0, fmt.Errorf("create the slot %s: a failover slot takes Postgres 17 or newer, and this server is %d: turn failover off", name, version/10000)
		}
		statement = slotCreateFailoverSQL
	}
	position, err := askValue[int64](ctx, db, statement, name)
	if err != nil {
		return 0, fmt.Errorf("create the slot %s: %w", name, err)
	}
	return lsnOf(position), nil
}

// CreateSlotSQL is the statement of CreateSlot, for people.
func CreateSlotSQL(name string, failover bool) string {
	if failover {
		return fmt.Sprintf("SELECT pg_create_logical_replication_slot(%s, '%s', failover => true)", literal(name), Plugin)
	}
	return fmt.Sprintf("SELECT pg_create_logical_replication_slot(%s, '%s')", literal(name), Plugin)
}

// DropSlot drops a slot that nobody reads.
func DropSlot(ctx context.Context, db Querier, name string) error {
	if _, err := askValue[bool](ctx, db, slotDropSQL, name); err != nil {
		return fmt.Errorf("drop the slot %s: %w", name, err)
	}
	return nil
}

func serverVersion(ctx context.Context, db Querier) (int, error) {
	version, err := askValue[int](ctx, db, "SELECT current_setting('server_version_num')::int")
	if err != nil {
		return 0, fmt.Errorf("read the server's version: %w", err)
	}
	return version, nil
}

func lsnOf(position int64) LSN { return LSN(max(position, 0)) }

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
