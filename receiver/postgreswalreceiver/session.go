package postgreswalreceiver

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/replication"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// lookInterval is the time between two looks at the slot and the tables.
const lookInterval = 10 * time.Second

// session is one replication connection and what runs over it.
type session struct {
	*walReceiver
	conn     *connection
	out      *outbox
	assembly *assembly
	// reply is for a server that waits for a status.
	reply chan struct{}
}

// session reads the slot until ctx ends or something fails. running is called when the
// stream runs.
func (r *walReceiver) session(ctx context.Context, running func()) error {
	conn, err := dial(ctx, r.replication)
	if err != nil {
		return err
	}
	defer func() { conn.close(r.progress.lsn()) }()
	r.database = conn.database
	if err := r.openHandover(ctx, conn); err != nil {
		return err
	}
	if err := r.preparePublication(ctx); err != nil {
		return err
	}
	if err := r.prepareSlot(ctx, conn.system); err != nil {
		return err
	}
	limits := pgoutput.Limits{Value: r.config.MaxValueBytes, Message: 16 * r.config.MaxValueBytes}
	if err := conn.start(ctx, r.config.Slot.Name, r.config.Publication.Name, limits); err != nil {
		return err
	}
	running()
	s := &session{walReceiver: r, conn: conn, out: newOutbox(r.config, r.resource), reply: make(chan struct{}, 1)}
	s.assembly = newAssembly(r.config, r.relations(conn.database), conn.system, s.keyOf, s.out)
	if r.handover != nil {
		s.assembly.crossing = newCrossing(r.handover, &s.assembly.transaction.identity)
	}
	return s.run(ctx)
}

func (r *walReceiver) relations(database string) relations {
	return relations{database: database, action: r.config.Action, omit: r.omit, mask: r.mask, wanted: r.filter.Match, mixed: r.isMixed}
}

func (s *session) keyOf(ctx context.Context, relation uint32) ([]string, error) {
	return replication.KeyOf(ctx, s.pool, relation)
}

// run runs everything until the first of it ends.
func (s *session) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	for _, work := range []func(context.Context) error{s.read, s.deliverAll, s.report, s.watch} {
		all.Go(func() { cancel(work(ctx)) })
	}
	<-ctx.Done()
	s.conn.interrupt()
	all.Wait()
	return context.Cause(ctx)
}

// read takes the stream apart until it ends.
func (s *session) read(ctx context.Context) error {
	for ctx.Err() == nil {
		m, err := s.conn.next()
		if err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		s.progress.serverEnd.Store(uint64(m.ServerEnd))
		if err := s.assembly.take(ctx, m); err != nil {
			return err
		}
		if m.ReplyRequested {
			signal(s.reply)
		}
	}
	return ctx.Err()
}

// deliverAll hands batches to the pipeline, one after the other, and notes what is safe.
func (s *session) deliverAll(ctx context.Context) error {
	if err := s.recordGap(ctx); err != nil {
		return err
	}
	for {
		b, err := s.out.next(ctx)
		if err != nil {
			return err
		}
		if b.rows > 0 {
			if err := s.deliver(ctx, b); err != nil {
				return err
			}
		}
		for i := range b.findings {
			if err := b.findings[i].deliver(ctx, s.handover.trail); err != nil {
				return err
			}
		}
		s.telemetry.took(ctx, b)
		s.progress.confirm(b.end)
	}
}

// report tells Postgres what is safe, also while the pipeline is busy: Postgres ends
// connections that say nothing. What it is told is remembered before.
func (s *session) report(ctx context.Context) error {
	ticker := time.NewTicker(s.config.AcknowledgeInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		case <-s.reply:
		}
		silent := s.conn.silent(time.Now())
		if silent > 2*silence {
			return fmt.Errorf("the server has not answered for %s", silent.Round(time.Second))
		}
		confirmed := s.progress.lsn()
		if err := s.memory.keep(ctx, func(known *remembered) { known.Confirmed = confirmed }); err != nil {
			return err
		}
		if err := s.conn.status(confirmed, silent > silence); err != nil {
			return err
		}
	}
}

// watch looks at how much log is kept, and publishes tables that are new. That it can't
// is no reason to end: what is published already goes on.
func (s *session) watch(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(s.lookInterval):
		}
		err := s.look(ctx)
		if s.health.Report(workTables, err) && err != nil && ctx.Err() == nil {
			s.logger.Warn("Can't look after the slot and the publication.", zap.Error(err))
		}
	}
}

func (s *session) look(ctx context.Context) error {
	slot, err := replication.ReadSlot(ctx, s.pool, s.config.Slot.Name)
	if err != nil {
		return err
	}
	if slot != nil {
		s.progress.kept.Store(slot.Kept())
	}
	return s.preparePublication(ctx)
}
