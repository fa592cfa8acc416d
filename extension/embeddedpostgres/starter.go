package embeddedpostgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

const (
	// How long a Collector that was killed, and then its server, may take to end
	// by themselves.
	endingTime   = 2 * time.Second
	lockInterval = 20 * time.Millisecond
)

// starter starts the server, the first time and each time after it died.
type starter struct {
	home    home
	cluster pgserver.Cluster
	config  *Config
	logger  *zap.Logger

	port         int
	socketFolder string
}

// prepare makes everything that the server needs and settles its address.
func (s *starter) prepare(ctx context.Context) error {
	lock, err := s.alone(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	cluster := s.cluster
	cluster.Lock = lock
	if err := s.home.prepare(ctx, cluster); err != nil {
		return err
	}
	if s.port, err = choosePort(ctx, s.config.Port); err != nil {
		return err
	}
	if s.socketFolder, err = s.home.socketFolder(); err != nil {
		return err
	}
	if err := s.home.configure(s.config.Settings, s.port, s.socketFolder); err != nil {
		return fmt.Errorf("write the server's configuration: %w", err)
	}
	return nil
}

// start starts the server and waits until it takes connections.
func (s *starter) start(ctx context.Context) (*pgserver.Server, error) {
	lock, err := s.alone(ctx)
	if err != nil {
		return nil, err
	}
	// From here on the server's processes hold it.
	defer func() { _ = lock.Close() }()
	if err := clearSockets(s.socketFolder); err != nil {
		return nil, fmt.Errorf("remove the sockets of an earlier server: %w", err)
	}
	log := &serverLog{logger: s.logger}
	cluster := s.cluster
	cluster.Lock = lock
	server, err := cluster.Start(ctx, log, "-c", "config_file="+s.home.conf(configFile))
	if err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	if err := server.WaitReady(ctx); err != nil {
		err = errors.Join(err, server.Crash())
		if trouble := log.trouble(); trouble != "" {
			err = fmt.Errorf("%w: %s", err, trouble)
		}
		return nil, err
	}
	return server, nil
}

// alone returns the lock that says that no server runs on the cluster, after
// stopping one that does: its Collector is gone, or the data directory would be
// locked.
func (s *starter) alone(ctx context.Context) (*os.File, error) {
	told := time.Now().Add(endingTime)
	for {
		lock, err := pgserver.LockFile(s.home.serverLock())
		if err == nil {
			if err := s.cluster.RemoveStalePIDFile(); err != nil {
				return nil, errors.Join(fmt.Errorf("a server runs on data_directory %s and isn't the extension's own: %w", s.home.folder, err), lock.Close())
			}
			return lock, nil
		}
		if !errors.Is(err, pgserver.ErrLocked) {
			return nil, err
		}
		if time.Now().After(told) {
			s.logger.Warn("A server of an earlier start still runs; stopping it")
			if err := s.cluster.StopRunning(ctx, s.config.StopTimeout); err != nil {
				s.logger.Warn("The server of an earlier start does not stop", zap.Error(err))
			}
			told = time.Now().Add(s.config.StopTimeout)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for the server of an earlier start on data_directory %s to end: %w", s.home.folder, ctx.Err())
		case <-time.After(lockInterval):
		}
	}
}

// leave removes the folder of the socket when it is outside the data directory.
func (s *starter) leave() error {
	if s.socketFolder == "" || s.socketFolder == s.home.run() {
		return nil
	}
	return os.Remove(s.socketFolder)
}
