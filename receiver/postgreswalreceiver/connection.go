package postgreswalreceiver

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pglogrepl"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

const (
	// silence is how long the server may say nothing before it is asked, and how long it
	// has for the answer: what is at the other end of a half-open connection says nothing.
	silence = 20 * time.Second
	// parting bounds the last words to a server.
	parting = 2 * time.Second
)

// printing makes the server print values in one way, whatever the database's settings.
var printing = map[string]string{
	"replication":        "database",
	"client_encoding":    "UTF8",
	"datestyle":          "ISO",
	"intervalstyle":      "iso_8601",
	"timezone":           "UTC",
	"extra_float_digits": "3",
	"bytea_output":       "hex",
}

// connection is a replication connection, on which the stream runs once it is started.
type connection struct {
	pg       *pgconn.PgConn // until the stream runs
	frames   *pgoutput.Frames
	system   uint64 // the cluster's identifier
	database string

	net     net.Conn
	stream  *pgoutput.Stream
	heard   atomic.Int64 // when the last message came, in nanoseconds of Unix
	waiting atomic.Bool  // whether the reader waits for the server, and not for the pipeline
	writing sync.Mutex
	buffer  []byte
}

// dial connects and asks who is there.
func dial(ctx context.Context, config *pgconn.Config) (*connection, error) {
	config = config.Copy()
	maps.Copy(config.RuntimeParams, printing)
	c := &connection{}
	config.BuildFrontend = func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		c.frames = pgoutput.NewFrames(r)
		return pgproto3.NewFrontend(c.frames, w)
	}
	var err error
	if c.pg, err = pgconn.ConnectConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("connect for replication: %w", err)
	}
	c.net = c.pg.Conn()
	system, err := pglogrepl.IdentifySystem(ctx, c.pg)
	if err == nil {
		c.database = system.DBName
		c.system, err = strconv.ParseUint(system.SystemID, 10, 64)
	}
	if err != nil {
		c.close(0)
		return nil, fmt.Errorf("identify the system: %w", err)
	}
	return c, nil
}

// start starts the stream of a slot where its reader left off.
func (c *connection) start(ctx context.Context, slot, publication string, limits pgoutput.Limits) error {
	err := pglogrepl.StartReplication(ctx, c.pg, slot, 0, pglogrepl.StartReplicationOptions{
		Mode: pglogrepl.LogicalReplication,
		PluginArgs: []string{
			"proto_version '1'",
			"publication_names " + quote(identifier(publication)),
			"messages 'true'",
		},
	})
	if err != nil {
		return fmt.Errorf("start to read slot %s: %w", slot, err)
	}
	hijacked, err := c.pg.Hijack()
	if err != nil {
		return fmt.Errorf("take over the replication connection: %w", err)
	}
	c.net, c.stream = hijacked.Conn, c.frames.Stream(limits)
	c.heard.Store(time.Now().UnixNano())
	return nil
}

func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// identifier quotes a name in the list of publications, which is read like identifiers.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// next reads the next message. One goroutine may call it.
func (c *connection) next() (*pgoutput.Message, error) {
	c.waiting.Store(true)
	m, err := c.stream.Next()
	c.waiting.Store(false)
	c.heard.Store(time.Now().UnixNano())
	return m, err
}

// status tells the server what is safe; with ask it answers at once.
func (c *connection) status(confirmed replication.LSN, ask bool) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.buffer = pgoutput.AppendStatus(c.buffer[:0], confirmed, time.Now(), ask)
	if _, err := c.net.Write(c.buffer); err != nil {
		return fmt.Errorf("report to Postgres what is safe: %w", err)
	}
	return nil
}

// silent is how long nothing has come, though it was waited for.
func (c *connection) silent(now time.Time) time.Duration {
	if !c.waiting.Load() {
		c.heard.Store(now.UnixNano())
	}
	return now.Sub(time.Unix(0, c.heard.Load()))
}

// interrupt ends the reader's wait.
func (c *connection) interrupt() { _ = c.net.SetReadDeadline(time.Unix(1, 0)) }

// close says goodbye, with a last word on what is safe.
func (c *connection) close(confirmed replication.LSN) {
	_ = c.net.SetWriteDeadline(time.Now().Add(parting))
	if c.stream != nil && c.status(confirmed, false) == nil {
		_, _ = c.net.Write(pgoutput.AppendDone(nil))
	}
	_ = c.net.Close()
}
