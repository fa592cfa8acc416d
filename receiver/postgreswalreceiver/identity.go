package postgreswalreceiver

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// identity makes ids that are the same whenever the same change is read again, by any
// Collector. A place in the log doesn't tell changes apart, since a COPY puts many rows
// on one: their ordinal there is part of it.
type identity struct {
	system uint64 // the cluster's identifier

	commit     pgoutput.LSN
	committed  pgoutput.Time
	xid        uint32
	lsn        pgoutput.LSN
	ordinal    uint32
	identified bool // whether lsn is set
}

func (i *identity) begin(m *pgoutput.Message) {
	*i = identity{system: i.system, commit: m.CommitLSN, committed: m.CommitTime, xid: m.XID}
}

// next returns the id of a change at lsn: a UUIDv8 of 48 bits of milliseconds, as all ids
// have that the trail makes, and 74 bits of a hash.
func (i *identity) next(lsn pgoutput.LSN) string {
	if i.identified && i.lsn == lsn {
		i.ordinal++
	} else {
		i.lsn, i.ordinal, i.identified = lsn, 0, true
	}
	var b [64]byte
	content := append(b[:0], "activity wal\x00"...)
	content = binary.BigEndian.AppendUint64(content, i.system)
	content = binary.BigEndian.AppendUint64(content, uint64(i.commit))
	content = binary.BigEndian.AppendUint32(content, i.xid)
	content = binary.BigEndian.AppendUint64(content, uint64(i.committed)) //nolint:gosec // two's complement
	content = binary.BigEndian.AppendUint64(content, uint64(lsn))
	content = binary.BigEndian.AppendUint32(content, i.ordinal)
	return uuid(i.committed.UnixMicro()/1000, sha256.Sum256(content))
}

func uuid(milliseconds int64, sum [sha256.Size]byte) string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:], uint64(milliseconds)<<16) //nolint:gosec // Postgres' times of commits are after 2000
	copy(id[6:], sum[:10])
	id[6] = id[6]&0x0F | 0x80
	id[8] = id[8]&0x3F | 0x80

	var text [36]byte
	hex.Encode(text[:8], id[:4])
	text[8] = '-'
	hex.Encode(text[9:13], id[4:6])
	text[13] = '-'
	hex.Encode(text[14:18], id[6:8])
	text[18] = '-'
	hex.Encode(text[19:23], id[8:10])
	text[23] = '-'
	hex.Encode(text[24:], id[10:])
	return string(text[:])
}
