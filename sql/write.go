package sql

import _ "embed"

// What the writer sends besides COPY, in the order of one batch.
var (
	//go:embed queries/write_resources.sql
	WriteResources string
	//go:embed queries/write_rollup_hour.sql
	WriteRollupHour string
	//go:embed queries/write_rollup_action_day.sql
	WriteRollupActionDay string
	//go:embed queries/write_batch.sql
	WriteBatch string
	//go:embed queries/write_wake.sql
	WriteWake string
	//go:embed queries/existing_keys.sql
	ExistingKeys string
	//go:embed queries/write_rejected.sql
	WriteRejected string
	//go:embed queries/rejected_one.sql
	RejectedOne string
	//go:embed queries/rejected_drop.sql
	RejectedDrop string
)
