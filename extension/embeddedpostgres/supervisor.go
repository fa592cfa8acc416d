package embeddedpostgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

const (
	firstPause   = time.Second
	longestPause = 30 * time.Second
	// A server that lived this long died of something new.
	soundTime = time.Minute
)

// supervisor starts the server again when it dies, until it is told to stop it.
type supervisor struct {
	starter *starter
	host    component.Host

	cancel context.CancelFunc
	done   chan struct{}
	server *pgserver.Server // nil while there is none; the goroutine's until done
}

func supervise(starter *starter, server *pgserver.Server, host component.Host) *supervisor {
	ctx, cancel := context.WithCancel(context.Background())
	s := &supervisor{starter: starter, host: host, cancel: cancel, done: make(chan struct{}), server: server}
	go s.run(ctx)
	return s
}

// stop stops the server, at once when ctx ends first, and waits for it.
func (s *supervisor) stop(ctx context.Context) error {
	s.cancel()
	<-s.done
	if s.server == nil {
		return nil
	}
	return s.server.Stop(ctx)
}

func (s *supervisor) run(ctx context.Context) {
	defer close(s.done)
	pause := firstPause
	for s.server != nil {
		since := time.Now()
		select {
		case <-ctx.Done():
			return
		case <-s.server.Done():
		}
		if time.Since(since) > soundTime {
			pause = firstPause
		}
		s.fail(fmt.Errorf("postgres died: %w", ended(s.server)), pause)
		s.server, pause = s.restart(ctx, pause)
	}
}

// ended says how a server ended that nobody stopped.
func ended(server *pgserver.Server) error {
	if err := server.Err(); err != nil {
		return err
	}
	return errors.New("somebody stopped it")
}

// restart tries until the server takes connections; nil when ctx ends first. The
// second value is how long to wait the next time.
func (s *supervisor) restart(ctx context.Context, pause time.Duration) (*pgserver.Server, time.Duration) {
	for {
		select {
		case <-ctx.Done():
			return nil, pause
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
		server, err := s.start(ctx)
		if err == nil {
			s.starter.logger.Info("Postgres takes connections again")
			componentstatus.ReportStatus(s.host, componentstatus.NewEvent(componentstatus.StatusOK))
			return server, pause
		}
		if ctx.Err() != nil {
			return nil, pause
		}
		s.fail(fmt.Errorf("start postgres again: %w", err), pause)
	}
}

func (s *supervisor) start(ctx context.Context) (*pgserver.Server, error) {
	ctx, cancel := context.WithTimeout(ctx, s.starter.config.StartTimeout)
	defer cancel()
	return s.starter.start(ctx)
}

func (s *supervisor) fail(err error, pause time.Duration) {
	s.starter.logger.Error("Postgres does not run; starting it again", zap.Error(err), zap.Duration("in", pause))
	componentstatus.ReportStatus(s.host, componentstatus.NewRecoverableErrorEvent(err))
}
