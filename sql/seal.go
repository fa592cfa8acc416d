package sql

import _ "embed"

// What seals, verifies and erases.
var (
	//go:embed queries/seal_head.sql
	SealHead string
	//go:embed queries/seal_due.sql
	SealDue string
	//go:embed queries/seal_counted.sql
	SealCounted string
	//go:embed queries/seal_rows.sql
	SealRows string
	//go:embed queries/seal_write.sql
	SealWrite string
	//go:embed queries/seal_leaves_write.sql
	SealLeavesWrite string
	//go:embed queries/seal_leaves_chunk.sql
	SealLeavesChunk string
	//go:embed queries/seal_open_hours.sql
	SealOpenHours string
	//go:embed queries/seal_retired.sql
	SealRetired string
	//go:embed queries/seals.sql
	Seals string
	//go:embed queries/seals_of_hour.sql
	SealsOfHour string
	//go:embed queries/verify_rows.sql
	VerifyRows string
	//go:embed queries/content_of.sql
	ContentOf string
	//go:embed queries/erase_rows.sql
	EraseRows string
	//go:embed queries/erase_write.sql
	EraseWrite string
	//go:embed queries/erase_rejected.sql
	EraseRejected string
)
