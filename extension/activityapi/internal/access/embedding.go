package access

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// audience is that of tokens which are made for this API.
	audience = "activity-api"
	// The clock of the backend that makes tokens may be a little ahead.
	leeway = 30 * time.Second
)

// Embedding takes tokens that an application's backend signs with a shared key.
// Such a token shows one project, for a short time, and makes nobody an admin.
type Embedding struct {
	key    []byte
	maxAge time.Duration
	parser *jwt.Parser
}

// NewEmbedding takes tokens that are good for at most maxAge. Without a key it is
// nil, which takes none.
func NewEmbedding(key []byte, maxAge time.Duration) *Embedding {
	if len(key) == 0 {
		return nil
	}
	return &Embedding{key: key, maxAge: maxAge, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}),
		jwt.WithAudience(audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway),
	)}
}

type embeddingClaims struct {
	jwt.RegisteredClaims
	Project string `json:"project"`
}

func (e *Embedding) verify(token string) (Identity, error) {
	var claims embeddingClaims
	_, err := e.parser.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return e.key, nil })
	if err != nil {
		return Identity{}, fmt.Errorf("the embedding token is refused: %w", err)
	}
	switch {
	case claims.Project == "":
		return Identity{}, errors.New("the embedding token names no project")
	case claims.IssuedAt == nil:
		return Identity{}, errors.New("the embedding token doesn't say when it was issued")
	case claims.ExpiresAt.Sub(claims.IssuedAt.Time) > e.maxAge:
		return Identity{}, fmt.Errorf("the embedding token is good for longer than embedding::max_age, which is %s", e.maxAge)
	}
	return Identity{
		Authenticated: true,
		Subject:       claims.Subject,
		Scope:         store.Scope{Projects: []string{claims.Project}},
		ExpiresAt:     claims.ExpiresAt.Time,
	}, nil
}

// claims says whether a token is meant for this API; it verifies nothing.
func (e *Embedding) claims(token string) bool {
	var claims embeddingClaims
	if _, _, err := e.parser.ParseUnverified(token, &claims); err != nil {
		return false
	}
	return slices.Contains(claims.Audience, audience)
}
