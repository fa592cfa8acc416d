package replication

import (
	"context"
	"fmt"
	"time"
)

const leastVersion = 140000

// Server is what a server has set for logical replication.
type Server struct {
	VersionNumber int // such as 150014
	Version       string
	Database      string
	// SystemID tells the cluster from every other, and is the same on its standbys; 0
	// when the role may not read it.
	SystemID uint64
	// InRecovery says that it is a standby.
	InRecovery bool
	// WALLevel is minimal, replica or logical.
	WALLevel string
	// Slots and Senders are how many there may be, and how many there are.
	MaxSlots, UsedSlots     int
	MaxSenders, UsedSenders int
	// MaxKept is how many bytes of WAL a slot keeps before it is lost
	// (max_slot_wal_keep_size); negative without a bound.
	MaxKept int64
	// SenderTimeout is after which silence a reader is cut off; 0 is never.
	SenderTimeout time.Duration
	// IdleTimeout is for how long nobody may read a slot before it is lost (Postgres 18
	// and newer); 0 is without end.
	IdleTimeout time.Duration
	// WALBytes were written within WALPeriod.
	WALBytes  int64
	WALPeriod time.Duration
	// EmitByPublic are the forms of pg_logical_emit_message that everybody may call, as
	// REVOKE names them.
	EmitByPublic []string
}

// serverRow is a row of server.sql.
type serverRow struct {
	VersionNumber           int
	Version, Database       string
	InRecovery              bool
	WALLevel                string
	MaxSlots, UsedSlots     int
	MaxSenders, UsedSenders int
	MaxKept                 int64
	SenderMS, IdleMS        int64
	WALBytes                int64
	WALSeconds              float64
	EmitByPublic            []string
}

// ReadServer reads it; any role may. It refuses servers older than Postgres 14.
func ReadServer(ctx context.Context, db Querier) (*Server, error) {
	version, err := serverVersion(ctx, db)
	if err != nil {
		return nil, err
	}
	if version < leastVersion {
		return nil, fmt.Errorf("the server is Postgres %d: row changes are read from Postgres 14 on; upgrade it", version/10000)
	}
	row, err := askOne[serverRow](ctx, db, "the server's settings", serverSQL)
	if err != nil {
		return nil, err
	}
	id, err := systemID(ctx, db)
	if err != nil {
		return nil, err
	}
	return &Server{
		VersionNumber: row.VersionNumber, Version: row.Version, Database: row.Database,
		SystemID: id, InRecovery: row.InRecovery, WALLevel: row.WALLevel,
		MaxSlots: row.MaxSlots, UsedSlots: row.UsedSlots,
		MaxSenders: row.MaxSenders, UsedSenders: row.UsedSenders, MaxKept: row.MaxKept,
		SenderTimeout: time.Duration(row.SenderMS) * time.Millisecond,
		IdleTimeout:   time.Duration(row.IdleMS) * time.Millisecond,
		WALBytes:      row.WALBytes, WALPeriod: seconds(row.WALSeconds),
		EmitByPublic: row.EmitByPublic,
	}, nil
}

// systemID asks for the right first: an error would end the transaction it is in.
func systemID(ctx context.Context, db Querier) (uint64, error) {
	may, err := askValue[bool](ctx, db, systemMaySQL)
	if err == nil && !may {
		return 0, nil
	}
	var id int64
	if err == nil {
		id, err = askValue[int64](ctx, db, systemSQL)
	}
	if err != nil {
		return 0, fmt.Errorf("read the system identifier: %w", err)
	}
	return uint64(id), nil // the server writes the same bits without a sign
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }
