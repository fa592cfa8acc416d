package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/otel-activity/otel-activity/internal/finding"
)

const (
	checkIndexesInvalid = "indexes.invalid"
	checkIndexesUnused  = "indexes.unused"
)

var invalidIndexesCheck = check{
	names:  []string{checkIndexesInvalid},
	rights: "the right to read the catalogs",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		names, err := x.Examiner.InvalidIndexes(ctx)
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			return []finding.Finding{fine(checkIndexesInvalid, "each index is valid")}, nil
		}
		return []finding.Finding{warning(checkIndexesInvalid,
			fmt.Sprintf("no query uses %s: building was broken off, or a partition lacks its part", finding.List(names)),
			"REINDEX INDEX CONCURRENTLY …, or DROP INDEX …; of a partitioned table: CREATE INDEX on the partitions that lack it, then ALTER INDEX … ATTACH PARTITION …")}, nil
	},
}

var unusedIndexesCheck = check{
	names:  []string{checkIndexesUnused},
	rights: "the right to read pg_stat_all_indexes",
	look:   lookForUnusedIndexes,
}

func lookForUnusedIndexes(ctx context.Context, x *examination) ([]finding.Finding, error) {
	all, err := x.Examiner.UnusedIndexes(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	var bytes int64
	var kept time.Duration
	for _, index := range all {
		kept = seconds(index.KeptSeconds)
		if kept >= x.limits.StatisticsKept && index.TableScans >= x.limits.IndexScans && index.Bytes >= x.limits.IndexBytes {
			names = append(names, index.Name)
			bytes += index.Bytes
		}
	}
	if len(names) == 0 {
		return []finding.Finding{fine(checkIndexesUnused, "no index of size is known to be unused")}, nil
	}
	return []finding.Finding{info(checkIndexesUnused,
		fmt.Sprintf("nobody has read %s for %s; %s and a part of each write go into what nobody reads", finding.List(names), finding.About(kept), finding.Size(bytes)),
		"if nobody will: DROP INDEX …. Look at replicas first, which count for themselves")}, nil
}
