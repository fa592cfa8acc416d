package access

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/extension/extensionauth"

	"github.com/otel-activity/otel-activity/extension/activityapi/internal/problem"
	"github.com/otel-activity/otel-activity/internal/store"
)

// Guard lets requests through whose identity is known.
type Guard struct {
	// Authenticator is the auth extension; without one everybody sees everything,
	// unless they come with an embedding token.
	Authenticator extensionauth.Server
	// RequestParameters are parameters of the query that are shown to the
	// authenticator as if they were headers.
	RequestParameters []string
	Rules             Rules
	Embedding         *Embedding // nil takes no such tokens
}

// anybody is who asks where nobody has to say who they are.
var anybody = Identity{Scope: store.Scope{All: true}, Admin: true}

// Wrap answers 401 for whom next must not see.
func (g *Guard) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, id, err := g.identify(r)
		if err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer realm="activity_api"`)
			problem.Write(w, r, problem.New(http.StatusUnauthorized, err.Error()))
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, identityKey{}, id))) //nolint:contextcheck // ctx is the request's own
	})
}

var errUnauthenticated = errors.New("the request doesn't say who is asking, or not in a way that is good any more: send a valid token in the header Authorization: Bearer …")

func (g *Guard) identify(r *http.Request) (context.Context, Identity, error) {
	ctx := r.Context()
	token, hasToken := bearer(r)
	var refused error
	// Without an authenticator, a token can only be an embedding token: one that
	// isn't good must not show more than none.
	if g.Embedding != nil && hasToken && (g.Authenticator == nil || g.Embedding.claims(token)) {
		id, err := g.Embedding.verify(token)
		if err == nil || g.Authenticator == nil {
			return ctx, id, err
		}
		refused = err
	}
	if g.Authenticator == nil {
		return ctx, anybody, nil
	}
	authenticated, err := g.Authenticator.Authenticate(ctx, g.sources(r))
	switch {
	case err == nil:
		return authenticated, g.Rules.identity(client.FromContext(authenticated).Auth), nil
	case refused != nil:
		return ctx, Identity{}, refused
	default: // what the extension says may be about its own configuration
		return ctx, Identity{}, errUnauthenticated
	}
}

func (g *Guard) sources(r *http.Request) map[string][]string {
	sources := r.Header.Clone()
	query := r.URL.Query()
	for _, name := range g.RequestParameters {
		if values, ok := query[name]; ok {
			sources[name] = values
		}
	}
	return sources
}

func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "Bearer")
}
