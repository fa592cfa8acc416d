package audit

import "go.opentelemetry.io/collector/pdata/plog"

// reading makes a Chunk, row by row.
type reading struct {
	Chunk
	reader  *Reader
	records plog.LogRecordSlice
	scratch plog.LogRecord // of a row that may turn out to make no record
}

func (c *reading) row(r *row) error {
	key, ok := r.integer(c.reader.source.Key)
	if !ok {
		return errNoKey
	}
	c.Rows++
	c.Last = key
	if e, ok := c.entry(r, key); ok {
		c.keep(&e, key)
	} else {
		c.scratch = plog.NewLogRecord()
	}
	return nil
}

// entry writes a row into scratch; false when it makes no record.
func (c *reading) entry(r *row, key int64) (entry, bool) {
	c.scratch.Attributes().EnsureCapacity(attributesOfRecord)
	e, err := c.reader.shape.entry(r, c.scratch)
	if err != nil {
		c.Problems = append(c.Problems, Problem{Key: key, Err: err})
	}
	return e, err == nil && !e.half
}

// keep completes the record in scratch.
func (c *reading) keep(e *entry, key int64) {
	if e.mapped {
		c.reader.labels.identify(c.scratch, key)
	} else {
		c.reader.labels.write(c.scratch, e, key)
	}
	c.scratch.MoveTo(c.records.AppendEmpty())
	c.Keys = append(c.Keys, key)
	c.Tables = append(c.Tables, c.table(e))
}

// table is empty for what an application writes of its own: what a map calls a type of
// entities need be no table then.
func (c *reading) table(e *entry) string {
	if e.mapped && len(c.reader.source.Tables) == 0 && len(c.reader.source.Others) == 0 {
		return ""
	}
	return e.table.String()
}
