package activity

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

var embedKey = bytes.Repeat([]byte("k"), 32)

func TestEmbedTokenIsAJWT(t *testing.T) {
	t.Parallel()
	now := time.Now().Truncate(time.Second)
	token, err := embedToken(embedKey, EmbedClaims{Project: "shop", Subject: "alice"}, now)
	require.NoError(t, err)

	claims := jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return embedKey, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithAudience("activity-api"), jwt.WithExpirationRequired())
	require.NoError(t, err)
	require.Equal(t, "shop", claims["project"])
	require.Equal(t, "alice", claims["sub"])
	expires, err := claims.GetExpirationTime()
	require.NoError(t, err)
	require.True(t, expires.Equal(now.Add(15*time.Minute)))
}

// The file is the TypeScript SDK's, too.
func TestEmbedTokenIsThatOfEverySDK(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../testdata/tokens/embed-token.json")
	require.NoError(t, err)
	var file struct {
		Cases []struct {
			Name, Key, Project, Subject, Token string
			TTLSeconds                         int
			IssuedAt                           time.Time
		}
	}
	require.NoError(t, json.Unmarshal(content, &file))
	require.NotEmpty(t, file.Cases)
	for _, c := range file.Cases {
		claims := EmbedClaims{Project: c.Project, Subject: c.Subject, TTL: time.Duration(c.TTLSeconds) * time.Second}
		token, err := embedToken([]byte(c.Key), claims, c.IssuedAt)
		require.NoError(t, err, c.Name)
		require.Equal(t, c.Token, token, c.Name)
	}
}

func TestEmbedTokenRefusesWhatTheAPIWould(t *testing.T) {
	t.Parallel()
	for want, call := range map[string]func() (string, error){
		"the key has 31 bytes": func() (string, error) { return EmbedToken(embedKey[:31], EmbedClaims{Project: "shop"}) },
		"name the project":     func() (string, error) { return EmbedToken(embedKey, EmbedClaims{}) },
		"it would be good for 1ms": func() (string, error) {
			return EmbedToken(embedKey, EmbedClaims{Project: "shop", TTL: time.Millisecond})
		},
	} {
		token, err := call()
		require.ErrorContains(t, err, want)
		require.Empty(t, token)
	}
}

func TestEmbedTokenTakesAnyText(t *testing.T) {
	t.Parallel()
	token, err := EmbedToken(embedKey, EmbedClaims{Project: "\"}\x00<ünï>", TTL: time.Minute})
	require.NoError(t, err)
	require.Len(t, strings.Split(token, "."), 3)
}
