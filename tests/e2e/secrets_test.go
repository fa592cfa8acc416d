package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/seal"
)

// What must never be seen.
const (
	secretPassword  = "hunter2-password"
	secretToken     = "hunter2-token"
	secretEmbedding = "hunter2-embedding-key-of-32-bytes-or-more"
)

// requireSecret fails where a text has a secret in it.
func requireSecret(t *testing.T, where, text string, more ...string) {
	t.Helper()
	for _, secret := range append(more, secretPassword, url.QueryEscape(secretPassword), secretToken, secretEmbedding) {
		require.NotContains(t, text, secret, where)
	}
}

// badDSNs are connections that fail, each in its own way, with a password in them.
func badDSNs(address string) map[string]string {
	return map[string]string{
		"wrong password":            fmt.Sprintf("postgres://postgres:%s@%s:5432/app?sslmode=require", secretPassword, address),
		"wrong password, pairs":     fmt.Sprintf("host=%s user=postgres password=%s dbname=app sslmode=require", address, secretPassword),
		"nobody there":              fmt.Sprintf("postgres://postgres:%s@127.0.0.1:1/app", secretPassword),
		"no such host":              fmt.Sprintf("postgres://postgres:%s@nowhere.invalid/app", secretPassword),
		"no port":                   fmt.Sprintf("postgres://postgres:%s@host:port/app", secretPassword),
		"no TLS mode":               fmt.Sprintf("postgres://postgres:%s@host/app?sslmode=maybe", secretPassword),
		"a slash in the password":   fmt.Sprintf("postgres://postgres:/%s@host/app", secretPassword),
		"a percent in the password": fmt.Sprintf("postgres://postgres:%%zz%s@host/app", secretPassword),
		"pairs, no TLS mode":        fmt.Sprintf("host=h password=%s sslmode=maybe", secretPassword),
		"pairs, not closed":         "host=h password='" + secretPassword,
		"no certificate":            fmt.Sprintf("postgres://postgres:%s@host/app?sslmode=verify-full&sslrootcert=/nowhere.pem", secretPassword),
		"the password as the value": secretPassword,
	}
}

// askedForPasswords is a Postgres that wants one over the network.
func askedForPasswords(t *testing.T) *tlsServer {
	t.Helper()
	authority := newAuthority(t, "authority")
	server := newTLSServer(t, authority)
	_, err := server.admin.Exec(t.Context(), "ALTER ROLE postgres PASSWORD 'another'")
	require.NoError(t, err)
	server.serve(t, authority.issue(t, "db", server.address), "scram-sha-256")
	return server
}

const everyKind = `
exporters:
  activity: {seal: {signing_key: "${env:SEAL_KEY}"}}
extensions:
  zpages: {endpoint: %q}
  activity_api: {embedding: {key: %q}}
  bearertokenauth: {token: %q}
service:
  extensions: [file_storage, health_check, activity_api, bearertokenauth, zpages]
  telemetry: {logs: {level: debug}}
`

// A Collector that has every kind of secret, and can't use one of them, shows none.
func TestACollectorShowsNoSecret(t *testing.T) {
	t.Parallel()
	server := askedForPasswords(t)
	private, _, err := seal.NewKey()
	require.NoError(t, err)
	keyLine := strings.Split(string(private), "\n")[1]
	for _, name := range []string{"wrong password", "wrong password, pairs", "nobody there", "no such host"} {
		dsn := badDSNs(server.address)[name]
		folder := t.TempDir()
		site, err := harness.NewSite(t.Context(), collectorBinary, folder, dsn, secretToken)
		require.NoError(t, err)
		port, err := harness.FreePort(t.Context())
		require.NoError(t, err)
		pages := fmt.Sprintf("127.0.0.1:%d", port)
		overlay := filepath.Join(folder, "secrets.yaml")
		require.NoError(t, os.WriteFile(overlay, fmt.Appendf(nil, everyKind, pages, secretEmbedding, secretToken), 0o600))
		site.Overlays = append(site.Overlays, overlay)
		site.Env = append(site.Env, "SEAL_KEY="+string(private))
		require.NoError(t, site.Start(t.Context()))
		deliver(t, &rig{Pipeline: site.Pipeline}, 1)
		require.Eventually(t, func() bool { return strings.Contains(logOf(t, site.Pipeline), "failed to connect") }, 30*time.Second, 50*time.Millisecond)
		for _, page := range []string{"servicez", "pipelinez", "extensionz", "featurez", "tracez", "expvarz"} {
			requireSecret(t, page, fetch(t, "http://"+pages+"/debug/"+page, ""), keyLine)
		}
		for _, path := range []string{"/api/v1/activities", "/api/v1/health"} {
			requireSecret(t, path, fetch(t, site.URL+path, secretToken), keyLine)
		}
		require.NoError(t, site.Kill())
		requireSecret(t, name, logOf(t, site.Pipeline), keyLine)
	}
}

func fetch(t *testing.T, address, token string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

const misconfigured = `
receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:0"}}}}
exporters: {activity: {dsn: "${env:DSN}", seal: {signing_key: %q}}}
extensions: {activity_api: {dsn: "${env:DSN}", embedding: {key: %[1]q}}}
service:
  extensions: [activity_api]
  pipelines: {logs: {receivers: [otlp], exporters: [activity]}}
`

// Mistakes are told without what was mistaken.
func TestAConfigurationWithMistakesShowsNoSecret(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, misconfigured, secretToken), 0o600))
	for name, dsn := range badDSNs("127.0.0.1") {
		env := append(os.Environ(), "DSN="+dsn)
		for _, args := range [][]string{
			{"validate"}, {}, {"print-config", "--feature-gates=otelcol.printInitialConfig", "--validate=false"},
		} {
			requireSecret(t, name, output(t, collectorBinary, env, append(args, "--config", config)...))
		}
		requireSecret(t, name, output(t, ctlBinary, env, "doctor", "--config", config))
	}
}

// Every command that takes a database keeps its password to itself.
func TestActivityctlShowsNoSecret(t *testing.T) {
	t.Parallel()
	server := askedForPasswords(t)
	private, public, err := seal.NewKey()
	require.NoError(t, err)
	folder := t.TempDir()
	key := filepath.Join(folder, "seal.pem")
	require.NoError(t, os.WriteFile(key, private, 0o600))
	require.NoError(t, os.WriteFile(key+".pub", public, 0o600))
	const id = "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60"
	commands := [][]string{
		{"schema", "up"},
		{"schema", "status"},
		{"query"},
		{"tail"},
		{"counts"},
		{"doctor"},
		{"rejected", "list"},
		{"rejected", "show", id},
		{"rejected", "replay", "--all"},
		{"rejected", "drop", "--all"},
		{"seal", "--key-file", key},
		{"verify", "--public-key", key + ".pub"},
		{"verify", "prove", id},
		{"erase", "--actor", "x", "--yes"},
	}
	for name, dsn := range badDSNs(server.address) {
		for _, command := range commands {
			what := fmt.Sprintf("%v: %s", command, name)
			requireSecret(t, what, output(t, ctlBinary, os.Environ(), append(command, "--dsn", dsn)...))
		}
		requireSecret(t, name, output(t, ctlBinary, append(os.Environ(), "ACTIVITY_DSN="+dsn), "query"))
	}
	requireSecret(t, "the public key", output(t, ctlBinary, nil, "seal", "--key-file", key+".pub"), strings.Split(string(public), "\n")[1])
}

// output is all that a program says that has to fail, or to be ended.
func output(t *testing.T, program string, env []string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = env
	text, _ := cmd.CombinedOutput()
	require.NoError(t, ctx.Err(), "%v", args)
	return string(text)
}
