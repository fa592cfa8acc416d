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
	//go:embed queries/list_newest_whole.sql
	ListNewestWhole string
	//go:embed queries/list_oldest_whole.sql
	ListOldestWhole string
	//go:embed queries/record.sql
	Record string
	//go:embed queries/tail_start.sql
	TailStart string
	//go:embed queries/tail_batches.sql
	TailBatches string
	//go:embed queries/tail_rows.sql
	TailRows string
	//go:embed queries/counts.sql
	Counts string
	//go:embed queries/count_hour.sql
	CountHour string
	//go:embed queries/count_action_day.sql
	CountActionDay string
	//go:embed queries/count_facets.sql
	CountFacets string
	//go:embed queries/count_rows.sql
	CountRows string
	//go:embed queries/count_total.sql
	CountTotal string
	//go:embed queries/histogram_hours.sql
	HistogramHours string
	//go:embed queries/histogram_rows.sql
	HistogramRows string
	//go:embed queries/metrics_days.sql
	MetricsDays string
	//go:embed queries/metrics_heat.sql
	MetricsHeat string
	//go:embed queries/metrics_actions.sql
	MetricsActions string
	//go:embed queries/metrics_sample.sql
	MetricsSample string
	//go:embed queries/suggest_actions.sql
	SuggestActions string
	//go:embed queries/suggest_projects.sql
	SuggestProjects string
	//go:embed queries/suggest_rows.sql
	SuggestRows string
	//go:embed queries/suggest_actors.sql
	SuggestActors string
	//go:embed queries/scoped_tables.sql
	ScopedTables string
	//go:embed queries/rejected.sql
	Rejected string
	//go:embed queries/freshness.sql
	Freshness string
)
