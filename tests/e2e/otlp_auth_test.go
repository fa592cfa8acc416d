package e2e

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// sender sends one record a call, over both protocols of OTLP.
type sender struct {
	*rig
	tls *tls.Config // nil is without
}

// newSender starts a Collector with a configuration merged over the usual one.
func newSender(t *testing.T, trust *tls.Config, overlay string) *sender {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	folder := t.TempDir()
	pipeline, err := harness.NewPipeline(t.Context(), collectorBinary, folder, dsn)
	require.NoError(t, err)
	file := filepath.Join(folder, "overlay.yaml")
	require.NoError(t, os.WriteFile(file, []byte(overlay), 0o600))
	pipeline.Overlays = append(pipeline.Overlays, file)
	require.NoError(t, pipeline.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, pipeline.Stop()) })
	return &sender{rig: &rig{Pipeline: pipeline, pool: pgtest.Pool(t, dsn)}, tls: trust}
}

func request() plogotlp.ExportRequest {
	logs := plog.NewLogs()
	logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty().SetEventName("order.update")
	return plogotlp.NewExportRequestFromLogs(logs)
}

// overGRPC returns the code of the answer.
func (s *sender) overGRPC(t *testing.T, token string) codes.Code {
	t.Helper()
	transport := insecure.NewCredentials()
	if s.tls != nil {
		transport = credentials.NewTLS(s.tls)
	}
	conn, err := grpc.NewClient(s.GRPC, grpc.WithTransportCredentials(transport))
	require.NoError(t, err)
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	_, err = plogotlp.NewGRPCClient(conn).Export(ctx, request())
	return status.Code(err)
}

// overHTTP returns the status of the answer, 0 where there is none.
func (s *sender) overHTTP(t *testing.T, token string) int {
	t.Helper()
	body, err := request().MarshalProto()
	require.NoError(t, err)
	scheme := "http://"
	if s.tls != nil {
		scheme = "https://"
	}
	post, err := http.NewRequestWithContext(t.Context(), http.MethodPost, scheme+s.HTTP+"/v1/logs", bytes.NewReader(body))
	require.NoError(t, err)
	post.Header.Set("Content-Type", "application/x-protobuf")
	if token != "" {
		post.Header.Set("Authorization", "Bearer "+token)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: s.tls}}
	defer client.CloseIdleConnections()
	response, err := client.Do(post)
	if err != nil {
		return 0
	}
	defer response.Body.Close()
	return response.StatusCode
}

func TestOTLPKnowsItsClientsByTheirCertificates(t *testing.T) {
	t.Parallel()
	authority, strangers := newAuthority(t, "authority"), newAuthority(t, "strangers")
	server := authority.issue(t, "collector", "127.0.0.1")
	settings := fmt.Sprintf("{cert_file: %q, key_file: %q, client_ca_file: %q}", server.Certificate, server.Key, authority.File)
	client := authority.issue(t, "application")
	s := newSender(t, authority.trust(t, &client), fmt.Sprintf("receivers: {otlp: {protocols: {grpc: {tls: %s}, http: {tls: %[1]s}}}}\n", settings))
	require.Equal(t, codes.OK, s.overGRPC(t, ""))
	require.Equal(t, http.StatusOK, s.overHTTP(t, ""))

	stranger := strangers.issue(t, "application")
	for name, config := range map[string]*tls.Config{
		"none": authority.trust(t, nil), "a stranger's": authority.trust(t, &stranger), "no TLS": nil,
	} {
		other := &sender{rig: s.rig, tls: config}
		require.NotEqual(t, codes.OK, other.overGRPC(t, ""), name)
		require.NotEqual(t, http.StatusOK, other.overHTTP(t, ""), name)
	}
	s.waitCount(t, 2, 20*time.Second)
	require.Equal(t, 2, s.count(t.Context(), t))
}

func TestOTLPTakesABearerToken(t *testing.T) {
	t.Parallel()
	tokens := filepath.Join(t.TempDir(), "tokens")
	require.NoError(t, os.WriteFile(tokens, []byte("first-token # shop\nsecond-token # billing\n"), 0o600))
	s := newSender(t, nil, fmt.Sprintf(`
receivers: {otlp: {protocols: {grpc: {auth: {authenticator: bearertokenauth}}, http: {auth: {authenticator: bearertokenauth}}}}}
extensions: {bearertokenauth: {filename: %q}}
service: {extensions: [file_storage, health_check, bearertokenauth]}
`, tokens))
	s.requireAdmits(t, []string{"first-token", "second-token"}, []string{"", "third-token"})
}

// requireAdmits sends a record with each token, over both protocols.
func (s *sender) requireAdmits(t *testing.T, good, bad []string) {
	t.Helper()
	for _, token := range good {
		require.Equal(t, codes.OK, s.overGRPC(t, token))
		require.Equal(t, http.StatusOK, s.overHTTP(t, token))
	}
	for _, token := range bad {
		require.Equal(t, codes.Unauthenticated, s.overGRPC(t, token), token)
		require.Equal(t, http.StatusUnauthorized, s.overHTTP(t, token), token)
	}
	s.waitCount(t, 2*len(good), 20*time.Second)
	require.Equal(t, 2*len(good), s.count(t.Context(), t))
}

func TestOTLPTakesTokensOfAnOIDCProvider(t *testing.T) {
	t.Parallel()
	provider, stranger := newProvider(t), newProvider(t)
	s := newSender(t, nil, fmt.Sprintf(`
receivers: {otlp: {protocols: {grpc: {auth: {authenticator: oidc}}, http: {auth: {authenticator: oidc}}}}}
extensions: {oidc: {providers: [{issuer_url: %q, audience: activity}]}}
service: {extensions: [file_storage, health_check, oidc]}
`, provider.URL))
	soon, past := time.Now().Add(time.Minute), time.Now().Add(-time.Minute)
	forged := stranger.token(t, provider.URL, "activity", soon)
	s.requireAdmits(t, []string{provider.token(t, provider.URL, "activity", soon)}, []string{
		"", "no-token", provider.token(t, provider.URL, "activity", past), provider.token(t, provider.URL, "other", soon),
		stranger.token(t, stranger.URL, "activity", soon), forged,
	})
}

// provider is an OIDC provider, as far as one who checks its tokens sees it.
type provider struct {
	*httptest.Server
	key *rsa.PrivateKey
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p := &provider{key: key}
	mux := http.NewServeMux()
	answer := func(path string, value func() any) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { _ = json.NewEncoder(w).Encode(value()) })
	}
	answer("/.well-known/openid-configuration", func() any {
		return map[string]any{
			"issuer": p.URL, "jwks_uri": p.URL + "/keys", "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		}
	})
	answer("/keys", func() any {
		encode := base64.RawURLEncoding.EncodeToString
		return map[string]any{"keys": []any{map[string]any{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": encode(key.N.Bytes()), "e": encode(big.NewInt(int64(key.E)).Bytes()),
		}}}
	})
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func (p *provider) token(t *testing.T, issuer, audience string, expires time.Time) string {
	t.Helper()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, jwt.MapClaims{"iss": issuer, "aud": audience, "sub": "shop", "exp": expires.Unix()})
	token.Header["kid"] = "1"
	signed, err := token.SignedString(p.key)
	require.NoError(t, err)
	return signed
}
