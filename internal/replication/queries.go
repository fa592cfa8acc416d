package replication

import _ "embed"

// What this package asks. Columns that only newer servers have are read from the row's
// JSON, so that one statement serves them all.
var (
	//go:embed tables.sql
	tablesSQL string
	//go:embed key.sql
	keySQL string
	//go:embed publication.sql
	publicationSQL string
	//go:embed publication_tables.sql
	publicationTablesSQL string
	//go:embed slot.sql
	slotSQL string
	//go:embed slot_create.sql
	slotCreateSQL string
	//go:embed slot_create_failover.sql
	slotCreateFailoverSQL string
	//go:embed slot_drop.sql
	slotDropSQL string
	//go:embed server.sql
	serverSQL string
	//go:embed system_may.sql
	systemMaySQL string
	//go:embed system.sql
	systemSQL string
	//go:embed role.sql
	roleSQL string
	//go:embed not_owned.sql
	notOwnedSQL string
	//go:embed traffic.sql
	trafficSQL string
)
