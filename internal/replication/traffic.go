package replication

import (
	"context"
	"time"
)

// Traffic is how much a table has been written.
type Traffic struct {
	// Inserts, Updates and Deletes are rows, within Period.
	Inserts, Updates, Deletes int64
	Period                    time.Duration
	// PeriodUnknown says that the statistics were never reset, and that Period is the
	// time since the server started: what is computed of it is an upper bound.
	PeriodUnknown bool
	// RowBytes is how wide a row is on average, with what is stored out of line; 0 when
	// it isn't known.
	RowBytes int64
}

// OldRowsADay is how many bytes of old rows a day REPLICA IDENTITY FULL writes to the WAL.
func (t *Traffic) OldRowsADay() int64 {
	if t.Period <= 0 {
		return 0
	}
	const day = 24 * time.Hour
	written := float64(t.Updates+t.Deletes) * float64(t.RowBytes)
	return int64(written * float64(day) / float64(max(t.Period, time.Minute)))
}

// trafficRow is a row of traffic.sql.
type trafficRow struct {
	OID                       uint32
	Inserts, Updates, Deletes int64
	RowBytes                  int64
	Seconds                   float64
	Unknown                   bool
}

// ReadTraffic reads that of some tables, by their OID; of a partitioned one it is the sum
// of its leaves'. Any role may.
func ReadTraffic(ctx context.Context, db Querier, tables []Table) (map[uint32]Traffic, error) {
	rows, err := ask[trafficRow](ctx, db, "the tables' statistics", trafficSQL, oids(written(tables)))
	if err != nil {
		return nil, err
	}
	of := map[uint32]Traffic{}
	for i := range rows {
		r := &rows[i]
		of[r.OID] = Traffic{
			Inserts: r.Inserts, Updates: r.Updates, Deletes: r.Deletes,
			Period: seconds(r.Seconds), PeriodUnknown: r.Unknown, RowBytes: r.RowBytes,
		}
	}
	for i := range tables {
		if tables[i].Kind == Partitioned {
			of[tables[i].OID] = sum(of, tables[i].Leaves)
		}
	}
	return of, nil
}

// written are the tables that hold rows.
func written(tables []Table) []Table {
	var all []Table
	for i := range tables {
		if tables[i].Kind == Partitioned {
			all = append(all, tables[i].Leaves...)
		} else {
			all = append(all, tables[i])
		}
	}
	return all
}

// sum adds up the leaves; its row is as wide as those which were updated or deleted, on
// average, so that OldRowsADay is their sum too.
func sum(of map[uint32]Traffic, leaves []Table) (all Traffic) {
	var bytes, changes int64
	for i := range leaves {
		t := of[leaves[i].OID]
		all.Inserts += t.Inserts
		all.Updates += t.Updates
		all.Deletes += t.Deletes
		all.Period, all.PeriodUnknown = t.Period, t.PeriodUnknown
		bytes += (t.Updates + t.Deletes) * t.RowBytes
		changes += t.Updates + t.Deletes
	}
	if changes > 0 {
		all.RowBytes = bytes / changes
	}
	return all
}
