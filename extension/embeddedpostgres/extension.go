package embeddedpostgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

var _ extension.Extension = (*postgres)(nil)

// postgres is the extension: it prepares the data directory and leaves the server
// to a supervisor.
type postgres struct {
	config *Config
	logger *zap.Logger

	lock       *os.File // of the data directory
	dsn        string
	supervisor *supervisor
}

func newPostgres(config *Config, logger *zap.Logger) *postgres {
	return &postgres{config: config, logger: logger}
}

// DSN is the connection string of the database's owner, empty before Start. It
// stays the same while the Collector runs, whatever becomes of the server.
func (p *postgres) DSN() string { return p.dsn }

// Start makes the cluster when there is none, starts the server and waits until
// it takes connections, at most the configured time.
func (p *postgres) Start(ctx context.Context, host component.Host) error {
	ctx, cancel := context.WithTimeoutCause(ctx, p.config.StartTimeout,
		fmt.Errorf("no connection within start_timeout of %s: raise start_timeout when recovery after a crash takes longer", p.config.StartTimeout))
	defer cancel()
	if err := p.start(ctx, host); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = fmt.Errorf("%w (%w)", cause, err)
		}
		return errors.Join(err, p.release())
	}
	return nil
}

func (p *postgres) start(ctx context.Context, host component.Host) error {
	home, err := p.openHome()
	if err != nil {
		return err
	}
	if p.lock, err = home.lock(ctx); err != nil {
		return err
	}
	binaries, err := home.findPrograms(p.config.BinariesDirectory)
	if err != nil {
		return err
	}
	cluster := pgserver.Cluster{Binaries: binaries, Folder: home.cluster(), Account: home.account}
	if err := home.check(ctx, cluster); err != nil {
		return err
	}
	starter := &starter{home: home, cluster: cluster, config: p.config, logger: p.logger}
	if err := starter.prepare(ctx); err != nil {
		return err
	}
	server, err := starter.start(ctx)
	if err != nil {
		return err
	}
	p.supervisor = supervise(starter, server, host) //nolint:contextcheck // it outlives the start
	p.dsn = dataSourceName(starter.socketFolder, starter.port)
	p.introduce(starter)
	return nil
}

func (p *postgres) openHome() (home, error) {
	account, err := pgserver.LookupAccount(p.config.RunAs)
	if _, unknown := errors.AsType[user.UnknownUserError](err); unknown {
		return home{}, fmt.Errorf("run_as is %s, and there is no such user: Postgres refuses to run as root, so set run_as to another user, or make this one with useradd --system %s", p.config.RunAs, p.config.RunAs)
	}
	if err != nil {
		return home{}, fmt.Errorf("run_as is %s: %w; set it to a user other than root", p.config.RunAs, err)
	}
	return openHome(p.config.DataDirectory, account)
}

// check finds out before anything is made whether the server's account can get at
// the programs and the data directory.
func (h home) check(ctx context.Context, cluster pgserver.Cluster) error {
	err := cluster.Check(ctx)
	if err == nil {
		return nil
	}
	if barrier := h.account.Barrier(h.folder); barrier != "" {
		return fmt.Errorf("user %s, which the server runs as, can't get through %s to data_directory %s: set data_directory to a folder elsewhere, such as %s, or run chmod o+x %s",
			h.account.Name, barrier, h.folder, defaultDataDirectory, barrier)
	}
	if barrier := h.account.Barrier(cluster.Binaries.Folder); barrier != "" {
		return fmt.Errorf("user %s, which the server runs as, can't get through %s to the programs in %s: set binaries_directory to a folder elsewhere, or run chmod o+x %s",
			h.account.Name, barrier, cluster.Binaries.Folder, barrier)
	}
	return err
}

// introduce says once how to look into the database.
func (p *postgres) introduce(s *starter) {
	p.logger.Info("Postgres takes connections",
		zap.String("version", s.cluster.Binaries.Version),
		zap.String("data_directory", s.home.folder),
		zap.Strings("users_without_password", s.home.users()),
		zap.String("psql", fmt.Sprintf("psql '%s'", p.dsn)),
		zap.String("psql_with_password", fmt.Sprintf("PGPASSFILE='%s' psql -h %s -p %d -U %s %s",
			s.home.passwordFile(), loopback, s.port, ownerRole, databaseName)))
}

// Shutdown stops the server in order, and at once when ctx or the configured time
// ends first.
func (p *postgres) Shutdown(ctx context.Context) error {
	var err error
	if p.supervisor != nil {
		ctx, cancel := context.WithTimeout(ctx, p.config.StopTimeout)
		defer cancel()
		err = errors.Join(p.supervisor.stop(ctx), p.supervisor.starter.leave())
		p.supervisor = nil
	}
	return errors.Join(err, p.release())
}

func (p *postgres) release() error {
	if p.lock == nil {
		return nil
	}
	lock := p.lock
	p.lock = nil
	return lock.Close()
}
