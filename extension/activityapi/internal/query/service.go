package query

import (
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/access"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/api"
	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

var _ api.ServerInterface = (*Service)(nil)

// Settings are what a Service needs to know.
type Settings struct {
	// Reader sees all projects; each request reads through a scoped one.
	Reader *store.Reader
	// Migrations are for admins.
	Migrations *store.Migrations
	// Logger gets the errors that a client isn't told.
	Logger    *zap.Logger
	Telemetry *Telemetry
	// CursorKey signs the cursors of live streams; empty makes one.
	CursorKey []byte
	// CacheTTL is how old an answer may be, CacheEntries how many there are.
	CacheTTL     time.Duration
	CacheEntries int
	// MetricsEndpoint shows the Collector's own metrics; empty is nowhere.
	MetricsEndpoint string
	UI              api.UIConfig
	// Contract is openapi.yaml.
	Contract []byte
}

// Service answers the API's requests.
type Service struct {
	settings Settings
	cache    *cache
	scraper  *scraper
	live     *hub
	key      signingKey
}

// New makes a Service; Close ends its streams.
func New(settings Settings) *Service {
	return &Service{
		settings: settings,
		cache:    newCache(settings.CacheTTL, settings.CacheEntries, settings.Telemetry),
		scraper:  newScraper(settings.MetricsEndpoint),
		live:     newHub(settings.Reader),
		key:      newSigningKey(settings.CursorKey),
	}
}

// Close ends the streams with a problem, and takes no new ones.
func (s *Service) Close() {
	s.live.close()
	s.scraper.close()
}

// reader sees what the identity of the request may see.
func (s *Service) reader(r *http.Request) *store.Reader {
	return s.settings.Reader.Scoped(access.From(r.Context()).Scope)
}

// Base is the path that the API is under.
const Base = "/api/v1"

// free are the paths that need no identity: they show nothing of the trail.
var free = map[string]bool{
	Base + "/healthz":        true,
	Base + "/ui-config.json": true,
	Base + "/openapi.yaml":   true,
	Base + "/docs":           true,
	Base + "/docs.css":       true,
}

// Handler serves everything under /api/, behind the guard.
func (s *Service) Handler(guard *access.Guard) (http.Handler, error) {
	mux := http.NewServeMux()
	api.HandlerWithOptions(s, api.StdHTTPServerOptions{
		BaseURL: Base, BaseRouter: mux, ErrorHandlerFunc: badParameter,
	})
	if err := s.describe(mux); err != nil {
		return nil, err
	}
	routes := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { route(mux, w, r) })
	guarded := guard.Wrap(routes)
	return s.settings.Telemetry.observe(mux, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(problem.WithTraceID(r.Context()))
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if free[r.URL.Path] {
			routes.ServeHTTP(w, r)
			return
		}
		guarded.ServeHTTP(w, r)
	})), nil
}

// route answers with problems where the mux would answer with plain text.
func route(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) {
	if _, pattern := mux.Handler(r); pattern != "" {
		mux.ServeHTTP(w, r)
		return
	}
	if allowed := allowedMethods(mux, r); len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		problem.Write(w, r, problem.New(http.StatusMethodNotAllowed, r.Method+" is not for this path; use "+strings.Join(allowed, " or ")))
		return
	}
	problem.Write(w, r, problem.New(http.StatusNotFound, "there is nothing under this path; "+Base+"/openapi.yaml lists what there is"))
}

func allowedMethods(mux *http.ServeMux, r *http.Request) []string {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		other := *r
		other.Method = method
		if _, pattern := mux.Handler(&other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	return allowed
}
