package sql

import _ "embed"

// What the upkeep asks.
var (
	//go:embed queries/upkeep_step.sql
	UpkeepStep string
	//go:embed queries/upkeep_status.sql
	UpkeepStatus string
	//go:embed queries/keep_default.sql
	KeepDefault string
)
