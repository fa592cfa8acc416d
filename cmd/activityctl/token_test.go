package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

const tokenKey = "0123456789abcdef0123456789abcdef"

func TestTokenIsSignedWithTheKey(t *testing.T) {
	t.Setenv("EMBEDDING_KEY", tokenKey)
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(tokenKey+"\n"), 0o600))
	for _, from := range [][]string{{"--key-env", "EMBEDDING_KEY"}, {"--key-file", file}} {
		got := execute(t, append([]string{"token", "--project", "shop", "--subject", "alice", "--ttl", "5m"}, from...)...)
		require.Equal(t, exitOK, got.status, got.stderr)
		claims := jwt.MapClaims{}
		_, err := jwt.ParseWithClaims(strings.TrimSpace(got.stdout), claims,
			func(*jwt.Token) (any, error) { return []byte(tokenKey), nil }, jwt.WithAudience("activity-api"))
		require.NoError(t, err)
		require.Equal(t, "shop", claims["project"])
		require.InDelta(t, 300, claims["exp"].(float64)-claims["iat"].(float64), 0)
	}
}

func TestTokenNamesWhatIsMissing(t *testing.T) {
	t.Setenv("EMBEDDING_KEY", tokenKey)
	t.Setenv("SHORT_KEY", "short")
	for want, args := range map[string][]string{
		"either --key-file or --key-env":       {"--project", "shop"},
		"no such environment variable":         {"--project", "shop", "--key-env", "NOBODY_SETS_THIS"},
		"name the project":                     {"--key-env", "EMBEDDING_KEY"},
		"it needs 32 or more":                  {"--project", "shop", "--key-env", "SHORT_KEY"},
		"it would be good for -1s":             {"--project", "shop", "--key-env", "EMBEDDING_KEY", "--ttl", "-1s"},
		"activityctl token takes flags only, ": {"shop"},
	} {
		got := execute(t, append([]string{"token"}, args...)...)
		require.Equal(t, exitUsage, got.status)
		require.Contains(t, got.stderr, want)
		require.Empty(t, got.stdout)
	}
}
