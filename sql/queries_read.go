package sql

import _ "embed"

// What the reader asks. A comment of the form /* columns */ marks a place that
// the reader fills with constants of its own.
var (
	//go:embed queries/activity_columns.sql
	ActivityColumns string
	//go:embed queries/first.sql
	First string
	//go:embed queries/list_newest.sql
	ListNewest string
	//go:embed queries/list_oldest.sql
	ListOldest string
	//go:embed queries/record.sql
	Record string
	//go:embed queries/tail_start.sql
	TailStart string
	//go:embed queries/tail_batches.sql
	TailBatches string
	//go:embed queries/tail_rows.sql
	TailRows string
	//go:embed queries/count_hour.sql
	CountHour string
	//go:embed queries/count_action_day.sql
	CountActionDay string
)
