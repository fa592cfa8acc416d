package walplan

import "github.com/otel-activity/otel-activity/internal/replication"

// Wanted is what is to be read, and by whom.
type Wanted struct {
	Publication, Slot string
	// Failover says that standbys are to have the slot too (Postgres 17 and newer).
	Failover bool
	// Full says that tables without a replica identity are to get FULL, instead of being
	// refused.
	Full bool
	// Receiver is the role that reads, Applications those that say who does what.
	Receiver     string
	Applications []string
}

// Facts are what a database shows.
type Facts struct {
	Server *replication.Server
	// Planner is the role of the connection, which is taken for the one that runs the SQL.
	Planner *replication.Role
	// Receiver is the role of Wanted.Receiver, Applications are those of
	// Wanted.Applications in their order; nil where there is no such role.
	Receiver     *replication.Role
	Applications []*replication.Role
	// Tables are those that are to be published, Traffic and NotOwned are by their OID:
	// how much they are written, and the owners of those that Planner may not publish.
	Tables   []replication.Table
	Traffic  map[uint32]replication.Traffic
	NotOwned map[uint32]string
	// Publication and Slot are those of Wanted; nil where there are none yet.
	Publication *replication.Publication
	Slot        *replication.Slot
}
