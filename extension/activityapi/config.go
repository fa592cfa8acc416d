package activityapi

import (
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configopaque"
)

const (
	defaultEndpoint         = "127.0.0.1:8085"
	defaultMaxConnections   = 4
	defaultStatementTimeout = 2 * time.Second
	defaultCacheTTL         = 5 * time.Second
	defaultCacheMaxEntries  = 1000
	defaultMaxTokenAge      = time.Hour
	defaultMetricsEndpoint  = "http://127.0.0.1:8888/metrics"
	defaultTitle            = "Activity"

	minEmbeddingKey = 32
	// The wake-up of live streams and a reader beside it: fewer would starve one.
	minConnections = 2
)

// Config is the configuration of the activity_api extension.
type Config struct {
	// HTTP is the server: endpoint, TLS, CORS, timeouts and auth. The default
	// endpoint is 127.0.0.1:8085. The authenticator guards /api/ only: the page's
	// own files are free.
	HTTP confighttp.ServerConfig `mapstructure:"http"`

	// DSN says how to reach Postgres, as a URL or as key=value pairs; default
	// empty. A read replica will do. Either DSN or Postgres must be set.
	DSN configopaque.String `mapstructure:"dsn"`

	// Postgres is the id of an extension that runs a Postgres, such as
	// embedded_postgres; default none.
	Postgres *component.ID `mapstructure:"postgres"`

	// MaxConnections bounds the connections at a time; default 4. One of them
	// waits for news while somebody follows the trail.
	MaxConnections int `mapstructure:"max_connections"`

	// StatementTimeout bounds each search; default 2s. A list answers with what
	// it has when the time is up.
	StatementTimeout time.Duration `mapstructure:"statement_timeout"`

	// BasePath is the path that everything is under, such as /activity; default
	// empty, which is the root.
	BasePath string `mapstructure:"base_path"`

	// CursorKey signs cursors; default empty, which makes a new one at each start.
	// Several of these servers behind one address need the same.
	CursorKey configopaque.String `mapstructure:"cursor_key"`

	// Cache keeps the answers that many people ask for.
	Cache CacheConfig `mapstructure:"cache"`

	// Authorization says what an identity may see.
	Authorization AuthorizationConfig `mapstructure:"authorization"`

	// Embedding takes tokens that an application's backend makes.
	Embedding EmbeddingConfig `mapstructure:"embedding"`

	// AllowAnonymousNetwork lets everybody who reaches the endpoint read all
	// projects; default false, which refuses an endpoint beyond this machine when
	// there is no authenticator.
	AllowAnonymousNetwork bool `mapstructure:"allow_anonymous_network"`

	// MetricsEndpoint is where the Collector shows its own metrics in Prometheus'
	// format, for the state of the pipeline; default
	// http://127.0.0.1:8888/metrics. Empty asks nowhere.
	MetricsEndpoint string `mapstructure:"metrics_endpoint"`

	// UI is the web page.
	UI UIConfig `mapstructure:"ui"`
}

// CacheConfig is for the answers of facets, histogram, metrics and suggest.
type CacheConfig struct {
	// TTL is how old an answer may be; default 5s. 0 keeps none.
	TTL time.Duration `mapstructure:"ttl"`

	// MaxEntries bounds the number of answers; default 1000.
	MaxEntries int `mapstructure:"max_entries"`
}

// AuthorizationConfig reads an identity. With an authenticator, one of
// ProjectClaim and AllProjects must be set.
type AuthorizationConfig struct {
	// ProjectClaim names the attribute of the identity that holds its projects, a
	// text or a list of texts; default empty. Who has none sees nothing.
	ProjectClaim string `mapstructure:"project_claim"`

	// AllProjects shows all projects to everybody who is authenticated; default
	// false.
	AllProjects bool `mapstructure:"all_projects"`

	// AdminClaim names the attribute of the identity that says who may see
	// rejected records, and see and steer migrations; default empty, which makes nobody one.
	AdminClaim string `mapstructure:"admin_claim"`

	// AdminValues are the values of that attribute that make an admin; default
	// none.
	AdminValues []string `mapstructure:"admin_values"`
}

// EmbeddingConfig is for tokens that show one project for a short time.
type EmbeddingConfig struct {
	// Key is shared with the backend that makes the tokens, at least 32 bytes;
	// default empty, which takes no such tokens.
	Key configopaque.String `mapstructure:"key"`

	// MaxAge is the longest time that a token may be good for; default 1h.
	MaxAge time.Duration `mapstructure:"max_age"`
}

// UIConfig is for the web page.
type UIConfig struct {
	// Enabled serves the page; default true.
	Enabled bool `mapstructure:"enabled"`

	// Title is the page's title; default Activity.
	Title string `mapstructure:"title"`

	// TraceURL is where a trace can be seen, with {traceId} for its id, such as
	// https://jaeger.example.com/trace/{traceId}; default empty.
	TraceURL string `mapstructure:"trace_url"`

	// ConnectSrc are origins beside its own that the page may fetch from, for the
	// content security policy; default none.
	ConnectSrc []string `mapstructure:"connect_src"`

	// FrameAncestors are origins whose pages may show this one in a frame; default
	// none.
	FrameAncestors []string `mapstructure:"frame_ancestors"`
}
