package activityapi

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// tokens stands for an auth extension: it knows some tokens and whose they are.
type tokens map[string]identity

func (tokens) Start(context.Context, component.Host) error { return nil }
func (tokens) Shutdown(context.Context) error              { return nil }

func (known tokens) Authenticate(ctx context.Context, sources map[string][]string) (context.Context, error) {
	token := strings.TrimPrefix(http.Header(sources).Get("Authorization"), "Bearer ")
	if values := sources["access_token"]; len(values) > 0 {
		token = values[0]
	}
	id, ok := known[token]
	if !ok {
		return ctx, errors.New("the secret of the extension")
	}
	return client.NewContext(ctx, client.Info{Auth: id}), nil
}

// identity is what an auth extension knows of somebody.
type identity map[string]any

func (i identity) GetAttribute(name string) any { return i[name] }

func (i identity) GetAttributeNames() []string { return nil }

var (
	oidc = component.MustNewID("oidc")

	people = tokens{
		"alice":  {"subject": "alice", "claims": map[string]any{"projects": []any{"shop-0"}}},
		"bob":    {"subject": "bob", "claims": map[string]any{"projects": "shop-1"}, "membership": []string{"staff", "admins"}},
		"nobody": {"subject": "nobody"},
		"blank":  {"claims": map[string]any{"projects": []any{"", 7}}},
	}
)

const embeddingKey = "0123456789abcdef0123456789abcdef"

func guarded(c *Config) {
	c.HTTP.Auth = authenticated("oidc")
	c.HTTP.Auth.Get().RequestParameters = []string{"access_token"}
	c.Authorization = AuthorizationConfig{ProjectClaim: "claims.projects", AdminClaim: "membership", AdminValues: []string{"admins"}}
	c.Embedding.Key = embeddingKey
}

type me struct {
	Authenticated, AllProjects, Admin bool
	Subject                           string
	Projects                          []string
	ExpiresAt                         time.Time
}

func TestIdentityComesFromTheExtension(t *testing.T) {
	t.Parallel()
	r := start(t, guarded, host{oidc: people})
	for token, want := range map[string]me{
		"alice":  {Authenticated: true, Subject: "alice", Projects: []string{"shop-0"}},
		"bob":    {Authenticated: true, Subject: "bob", Projects: []string{"shop-1"}, Admin: true},
		"nobody": {Authenticated: true, Subject: "nobody", Projects: []string{}},
		"blank":  {Authenticated: true, Projects: []string{}},
	} {
		var got me
		r.as(token).json("/me", &got)
		require.Equal(t, want, got)
	}
	var got me
	r.json("/me?access_token=alice", &got)
	require.Equal(t, "alice", got.Subject, "a parameter that request_params names")
}

func TestWithoutAuthenticationEverybodySeesAll(t *testing.T) {
	t.Parallel()
	var got me
	start(t, nil, nil).json("/me", &got)
	require.Equal(t, me{AllProjects: true, Admin: true, Projects: []string{}}, got)
}

func TestUnauthenticatedGetNothingButWhatIsFree(t *testing.T) {
	t.Parallel()
	r := start(t, guarded, host{oidc: people})
	for _, token := range []string{"", "mallory"} {
		response := r.as(token).do(http.MethodGet, "/api/v1/activities", nil)
		require.Equal(t, http.StatusUnauthorized, response.StatusCode)
		require.Equal(t, `Bearer realm="activity_api"`, response.Header.Get("WWW-Authenticate"))
		p := r.as(token).problem(http.MethodGet, "/api/v1/me", nil)
		require.NotContains(t, p.Detail, "secret")
	}
	require.Equal(t, http.StatusUnauthorized, r.problem(http.MethodGet, "/api/v1/nothing", nil).Status)
	for _, path := range []string{"/", "/api/v1/healthz", "/api/v1/ui-config.json", "/api/v1/openapi.yaml", "/api/v1/docs", "/api/v1/docs.css"} {
		status, body := r.get(path)
		require.Equal(t, http.StatusOK, status, path)
		require.NotEmpty(t, body)
	}
}

func embeddingToken(t *testing.T, method jwt.SigningMethod, key any, change func(jwt.MapClaims)) string {
	t.Helper()
	now := time.Now()
	claims := jwt.MapClaims{"aud": "activity-api", "project": "shop-1", "sub": "carol", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix()}
	if change != nil {
		change(claims)
	}
	token, err := jwt.NewWithClaims(method, claims).SignedString(key)
	require.NoError(t, err)
	return token
}

func TestEmbeddingTokenShowsOneProject(t *testing.T) {
	t.Parallel()
	token := embeddingToken(t, jwt.SigningMethodHS256, []byte(embeddingKey), nil)
	for _, extensions := range []host{{oidc: people}, nil} {
		r := start(t, func(c *Config) {
			if guarded(c); extensions == nil {
				*c = *withoutAuth(c)
			}
		}, extensions)
		var got me
		r.as(token).json("/me", &got)
		require.WithinDuration(t, time.Now().Add(time.Minute), got.ExpiresAt, 5*time.Second)
		got.ExpiresAt = time.Time{}
		require.Equal(t, me{Authenticated: true, Subject: "carol", Projects: []string{"shop-1"}}, got)
		require.Equal(t, http.StatusForbidden, r.as(token).problem(http.MethodGet, "/api/v1/rejected", nil).Status)
	}
}

func withoutAuth(c *Config) *Config {
	plain := createDefaultConfig().(*Config)
	plain.DSN, plain.HTTP.NetAddr.Endpoint = c.DSN, c.HTTP.NetAddr.Endpoint
	plain.Embedding.Key = c.Embedding.Key
	return plain
}

func TestEmbeddingTokensThatAreRefused(t *testing.T) {
	t.Parallel()
	key := []byte(embeddingKey)
	signed := func(change func(jwt.MapClaims)) string { return embeddingToken(t, jwt.SigningMethodHS256, key, change) }
	refused := map[string]string{
		"expired": signed(func(c jwt.MapClaims) {
			c["iat"], c["exp"] = time.Now().Add(-time.Hour).Unix(), time.Now().Add(-time.Minute).Unix()
		}),
		"of the future":     signed(func(c jwt.MapClaims) { c["iat"] = time.Now().Add(10 * time.Minute).Unix() }),
		"without an end":    signed(func(c jwt.MapClaims) { delete(c, "exp") }),
		"without beginning": signed(func(c jwt.MapClaims) { delete(c, "iat") }),
		"too long":          signed(func(c jwt.MapClaims) { c["exp"] = time.Now().Add(2 * time.Hour).Unix() }),
		"without a project": signed(func(c jwt.MapClaims) { delete(c, "project") }),
		"other audience":    signed(func(c jwt.MapClaims) { c["aud"] = "another-api" }),
		"wrong key":         embeddingToken(t, jwt.SigningMethodHS256, []byte("another key of thirty-two bytes!!"), nil),
		"other algorithm":   embeddingToken(t, jwt.SigningMethodHS512, key, nil),
		"no algorithm":      embeddingToken(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"no token at all":   "x.y.z",
	}
	dsn := pgtest.NewDSN(t)
	withExtension := startOn(t, dsn, guarded, host{oidc: people})
	alone := startOn(t, dsn, func(c *Config) { c.Embedding.Key = embeddingKey }, nil)
	for name, token := range refused {
		for _, r := range []*running{withExtension, alone} {
			require.Equal(t, http.StatusUnauthorized, r.as(token).problem(http.MethodGet, "/api/v1/me", nil).Status, name)
		}
	}
	var got me
	alone.json("/me", &got)
	require.True(t, got.AllProjects, "without a token everything is as it was")
}

func TestExtensionsThatAreMissingAreNamed(t *testing.T) {
	t.Parallel()
	postgres := component.MustNewID("embedded_postgres")
	for want, change := range map[string]func(*Config){
		"postgres: there is no extension embedded_postgres":     func(c *Config) { c.Postgres, c.DSN = &postgres, "" },
		"http::auth::authenticator: there is no extension oidc": guarded,
		"http::auth::authenticator: extension nop authenticates no": func(c *Config) {
			guarded(c)
			c.HTTP.Auth = authenticated("nop")
		},
		"postgres: extension nop runs no Postgres": func(c *Config) {
			nop := component.MustNewID("nop")
			c.Postgres, c.DSN = &nop, ""
		},
	} {
		config := createDefaultConfig().(*Config)
		config.DSN, config.HTTP.NetAddr.Endpoint = testDSN, "127.0.0.1:0"
		change(config)
		s := newServer(config, nopSettings())
		require.ErrorContains(t, s.Start(t.Context(), host{component.MustNewID("nop"): nopComponent{}}), want)
		require.NoError(t, s.Shutdown(t.Context()))
	}
}

type nopComponent struct{}

func (nopComponent) Start(context.Context, component.Host) error { return nil }
func (nopComponent) Shutdown(context.Context) error              { return nil }

func TestDependenciesStartBefore(t *testing.T) {
	t.Parallel()
	config := createDefaultConfig().(*Config)
	postgres := component.MustNewID("embedded_postgres")
	config.Postgres = &postgres
	guarded(config)
	require.Equal(t, []component.ID{postgres, oidc}, newServer(config, nopSettings()).Dependencies())
}
