package activityapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/query"
	"github.com/otel-activity/otel-activity/internal/store"
)

var (
	_ extension.Extension             = (*server)(nil)
	_ extensioncapabilities.Dependent = (*server)(nil)
)

// server is the extension: an HTTP server over a pool of connections.
type server struct {
	config   *Config
	settings extension.Settings

	// These exist from Start to Shutdown.
	pool    interface{ Close() }
	service *query.Service
	http    *http.Server
	address net.Addr
	stop    context.CancelFunc // ends what runs beside the server
	running sync.WaitGroup
}

func newServer(config *Config, set extension.Settings) *server {
	return &server{config: config, settings: set}
}

// Dependencies are started before this extension and stopped after it.
func (s *server) Dependencies() []component.ID {
	var ids []component.ID
	if s.config.Postgres != nil {
		ids = append(ids, *s.config.Postgres)
	}
	if s.config.HTTP.Auth.HasValue() {
		ids = append(ids, s.config.HTTP.Auth.Get().Config.AuthenticatorID)
	}
	return ids
}

// Start listens. It opens no connection to Postgres: the page comes up, and says
// so, while the database is away.
func (s *server) Start(ctx context.Context, host component.Host) error {
	if err := s.start(ctx, host); err != nil {
		return errors.Join(err, s.Shutdown(ctx))
	}
	return nil
}

func (s *server) start(ctx context.Context, host component.Host) error {
	dsn, err := s.config.dsn(host)
	if err != nil {
		return err
	}
	pool, err := store.Open(dsn, s.config.MaxConnections) //nolint:contextcheck // it outlives the start
	if err != nil {
		return err
	}
	s.pool = pool
	reader := store.NewReader(pool, store.ReaderSettings{CursorKey: []byte(s.config.CursorKey), Timeout: s.config.StatementTimeout})
	handler, err := s.handler(host, reader, store.NewMigrations(pool))
	if err != nil {
		return err
	}

	// The guard inside the handler does what auth of the server would do to all
	// paths, the page's files included, and in plain text.
	config := s.config.HTTP
	config.Auth = configoptional.None[confighttp.AuthConfig]()
	s.http, err = config.ToServer(ctx, host.GetExtensions(), s.settings.TelemetrySettings, handler)
	if err != nil {
		return err
	}
	listener, err := config.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("http::endpoint %s: %w", config.NetAddr.Endpoint, err)
	}
	s.address = listener.Addr()
	s.running.Go(func() { s.serve(listener, host) })
	if s.config.scoped() {
		var background context.Context
		background, s.stop = context.WithCancel(context.WithoutCancel(ctx)) // the context of Start ends with Start
		s.running.Go(func() { s.watchScoping(background, host, reader.CheckScoping) })
	}
	s.introduce()
	return nil
}

func (s *server) serve(listener net.Listener, host component.Host) {
	if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(fmt.Errorf("serve the API: %w", err)))
	}
}

// introduce says once where to look.
func (s *server) introduce() {
	scheme := "http"
	if s.config.HTTP.TLS.HasValue() {
		scheme = "https"
	}
	s.settings.Logger.Info("The activity API takes requests",
		zap.String("url", fmt.Sprintf("%s://%s%s/", scheme, s.address, s.config.BasePath)),
		zap.Bool("authenticated", s.config.HTTP.Auth.HasValue()))
	if s.config.AllowAnonymousNetwork && !s.config.HTTP.Auth.HasValue() {
		s.settings.Logger.Warn("Everybody who reaches the activity API reads all projects: set http::auth::authenticator, or keep the network closed")
	}
}

// Shutdown ends the streams, lets other requests end, and stops listening.
func (s *server) Shutdown(ctx context.Context) error {
	if s.service != nil {
		s.service.Close()
	}
	if s.stop != nil {
		s.stop()
	}
	var err error
	if s.http != nil {
		if err = s.http.Shutdown(ctx); err != nil {
			err = errors.Join(err, s.http.Close())
		}
		s.running.Wait()
	}
	if s.pool != nil {
		s.pool.Close()
		s.pool = nil
	}
	return err
}
