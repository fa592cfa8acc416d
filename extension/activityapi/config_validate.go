package activityapi

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"

	"github.com/otel-activity/otel-activity/internal/store"
)

// basePaths are those that mean the same in a URL, a header and HTML.
var basePaths = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)*$`)

// Validate says of each mistake which key to change, and how.
func (c *Config) Validate() error {
	var mistakes []error
	mistake := func(format string, args ...any) { mistakes = append(mistakes, fmt.Errorf(format, args...)) }

	switch {
	case c.DSN == "" && c.Postgres == nil:
		mistake("neither dsn nor postgres is set: set dsn to the connection string of a Postgres, or postgres to an extension that runs one, such as embedded_postgres")
	case c.DSN != "" && c.Postgres != nil:
		mistake("both dsn and postgres are set: remove one of them")
	case c.DSN != "":
		if err := store.CheckDSN(string(c.DSN)); err != nil {
			mistake("dsn is %w", err)
		}
	}
	if c.MaxConnections < minConnections {
		mistake("max_connections is %d: set it to %d or more, or remove it for the default of %d", c.MaxConnections, minConnections, defaultMaxConnections)
	}
	if c.StatementTimeout <= 0 {
		mistake("statement_timeout is %s: set it to more than 0, or remove it for the default of %s", c.StatementTimeout, defaultStatementTimeout)
	}
	if !basePaths.MatchString(c.BasePath) {
		mistake("base_path is %q: begin it with a slash, end it without one, and use letters, digits and - . _ ~ between, as in /activity", c.BasePath)
	}
	if c.Cache.TTL < 0 {
		mistake("cache::ttl is %s: set it to 0 to keep no answers, or remove it for the default of %s", c.Cache.TTL, defaultCacheTTL)
	}
	if c.Cache.MaxEntries < 1 {
		mistake("cache::max_entries is %d: set it to 1 or more, or remove it for the default of %d", c.Cache.MaxEntries, defaultCacheMaxEntries)
	}
	if key := c.Embedding.Key; key != "" && len(key) < minEmbeddingKey {
		mistake("embedding::key has %d bytes: set it to %d or more, such as the output of openssl rand -hex 32", len(key), minEmbeddingKey)
	}
	if c.Embedding.MaxAge <= 0 {
		mistake("embedding::max_age is %s: set it to more than 0, or remove it for the default of %s", c.Embedding.MaxAge, defaultMaxTokenAge)
	}
	if err := checkURL(c.MetricsEndpoint); err != nil {
		mistake("metrics_endpoint is %q: %w; set it to the address of the Collector's own metrics, such as %s, or to empty", c.MetricsEndpoint, err, defaultMetricsEndpoint)
	}
	return errors.Join(append(append(mistakes, c.validateAccess()...), c.UI.validate()...)...)
}

func (c *Config) validateAccess() []error {
	var mistakes []error
	mistake := func(format string, args ...any) { mistakes = append(mistakes, fmt.Errorf(format, args...)) }
	a := c.Authorization
	if a.ProjectClaim != "" && a.AllProjects {
		mistake("authorization has both project_claim and all_projects: true: remove one of them")
	}
	if (a.AdminClaim == "") != (len(a.AdminValues) == 0) {
		mistake("authorization has only one of admin_claim and admin_values: set both, or remove both")
	}
	if c.HTTP.Auth.HasValue() {
		if a.ProjectClaim == "" && !a.AllProjects {
			mistake("authorization says nothing of projects: set authorization::project_claim to the attribute of the identity that holds them, or authorization::all_projects to true to show all projects to everybody who is authenticated")
		}
		return mistakes
	}
	if a.ProjectClaim != "" || a.AdminClaim != "" {
		mistake("authorization reads an identity and http::auth is not set: set http::auth::authenticator to an auth extension, or remove authorization")
	}
	if !c.AllowAnonymousNetwork && !loopback(c.HTTP.NetAddr.Endpoint) && c.HTTP.NetAddr.Transport != "unix" {
		mistake("http::endpoint is %q, which others than this machine can reach, and nobody has to say who they are: set http::auth::authenticator to an auth extension, or http::endpoint to an address of this machine, such as %s, or allow_anonymous_network to true when the network lets in only who may read everything",
			c.HTTP.NetAddr.Endpoint, defaultEndpoint)
	}
	return mistakes
}

func (c *UIConfig) validate() []error {
	var mistakes []error
	if c.TraceURL != "" {
		if err := checkURL(c.TraceURL); err != nil || !strings.Contains(c.TraceURL, "{traceId}") {
			mistakes = append(mistakes, fmt.Errorf("ui::trace_url is %q: set it to a URL with {traceId} in it, such as https://jaeger.example.com/trace/{traceId}", c.TraceURL))
		}
	}
	for key, origins := range map[string][]string{"connect_src": c.ConnectSrc, "frame_ancestors": c.FrameAncestors} {
		for _, origin := range origins {
			if !sources.MatchString(origin) {
				mistakes = append(mistakes, fmt.Errorf("ui::%s has %q: write an origin, such as https://app.example.com", key, origin))
			}
		}
	}
	return mistakes
}

// sources are what a content security policy may be given: nothing that would
// end the directive.
var sources = regexp.MustCompile(`^([a-z][a-z0-9+.-]*:|([a-z][a-z0-9+.-]*://)?(\*\.)?[A-Za-z0-9._-]+(:(\d+|\*))?|'self')$`)

func checkURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return errors.New("not a URL of http or https")
	}
	return nil
}

// loopback says whether only this machine reaches an endpoint. A name other than
// localhost may become any address.
func loopback(endpoint string) bool {
	host, _, err := net.SplitHostPort(endpoint)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
