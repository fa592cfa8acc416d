package activityapi

import (
	"io/fs"
	"net/http"
	"strings"

	"go.opentelemetry.io/collector/component"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/access"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/query"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/web"
	"github.com/otel-activity/otel-activity/internal/store"
)

// handler serves the API under /api/ and the page under everything else, both
// below the base path.
func (s *server) handler(host component.Host, reader *store.Reader, migrations *store.Migrations) (http.Handler, error) {
	guard, err := s.guard(host)
	if err != nil {
		return nil, err
	}
	telemetry, err := query.NewTelemetry(s.settings.MeterProvider)
	if err != nil {
		return nil, err
	}
	s.service = query.New(query.Settings{
		Reader:          reader,
		Migrations:      migrations,
		Logger:          s.settings.Logger,
		Telemetry:       telemetry,
		CursorKey:       []byte(s.config.CursorKey),
		CacheTTL:        s.config.Cache.TTL,
		CacheEntries:    s.config.Cache.MaxEntries,
		MetricsEndpoint: s.config.MetricsEndpoint,
		UI:              s.uiConfig(),
		Contract:        contract,
	})
	service, err := s.service.Handler(guard)
	if err != nil {
		return nil, err
	}
	page, err := s.page()
	if err != nil {
		return nil, err
	}
	return below(s.config.BasePath, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			service.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})), nil
}

// below cuts the base path off, and leads who forgot the slash behind it to it.
func below(base string, next http.Handler) http.Handler {
	if base == "" {
		return next
	}
	mux := http.NewServeMux()
	mux.Handle(base+"/", http.StripPrefix(base, next))
	return mux
}

func (s *server) guard(host component.Host) (*access.Guard, error) {
	authenticator, err := s.config.authenticator(host)
	if err != nil {
		return nil, err
	}
	guard := &access.Guard{
		Authenticator: authenticator,
		Rules: access.Rules{
			ProjectClaim: s.config.Authorization.ProjectClaim,
			AdminClaim:   s.config.Authorization.AdminClaim,
			AdminValues:  s.config.Authorization.AdminValues,
		},
		Embedding: access.NewEmbedding([]byte(s.config.Embedding.Key), s.config.Embedding.MaxAge),
	}
	if s.config.HTTP.Auth.HasValue() {
		guard.RequestParameters = s.config.HTTP.Auth.Get().RequestParameters
	}
	return guard, nil
}

func (s *server) page() (http.Handler, error) {
	if !s.config.UI.Enabled {
		return http.NotFoundHandler(), nil
	}
	files, err := fs.Sub(dist, "ui/dist")
	if err != nil {
		return nil, err
	}
	return web.New(web.Settings{
		Files: files, Base: s.config.BasePath,
		ConnectSrc: s.config.UI.ConnectSrc, FrameAncestors: s.config.UI.FrameAncestors,
	})
}

func (s *server) uiConfig() api.UIConfig {
	auth := api.UIConfigAuthNone
	if s.config.HTTP.Auth.HasValue() {
		auth = api.UIConfigAuthBearer
	}
	return api.UIConfig{
		Title: s.config.UI.Title, Version: s.settings.BuildInfo.Version, TraceUrl: s.config.UI.TraceURL, Auth: auth, Migrations: true,
	}
}
