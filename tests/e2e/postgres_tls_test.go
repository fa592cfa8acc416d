package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// tlsServer is a Postgres that takes nothing but TLS on an address of its own; over its
// socket it is open.
type tlsServer struct {
	*pgtest.Server
	address  string
	database string
	admin    *pgxpool.Pool
	hba      string // the file
}

func newTLSServer(t *testing.T, clients *authority) *tlsServer {
	t.Helper()
	// An address of its own on the loopback, so that the port is free.
	address := fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(250), rand.IntN(250), 2+rand.IntN(250)) //nolint:gosec // no secret
	s := &tlsServer{address: address, Server: pgtest.Own(t, pgtest.Options{Settings: map[string]string{"listen_addresses": "'" + address + "'"}})}
	dsn, err := s.CreateDatabase(t.Context())
	require.NoError(t, err)
	s.admin = pgtest.Pool(t, dsn)
	s.database = s.admin.Config().ConnConfig.Database
	require.NoError(t, s.admin.QueryRow(t.Context(), "SHOW hba_file").Scan(&s.hba))
	s.place(t, clients.File, "clients.pem")
	return s
}

// place copies a file to where the server finds it, as its own.
func (s *tlsServer) place(t *testing.T, from, name string) string {
	t.Helper()
	content, err := os.ReadFile(from)
	require.NoError(t, err)
	path := filepath.Join(s.Folder(), name)
	require.NoError(t, os.WriteFile(path, content, 0o600)) //nolint:gosec // a folder of ours
	info, err := os.Stat(s.Folder())
	require.NoError(t, err)
	owner := info.Sys().(*syscall.Stat_t)
	require.NoError(t, os.Chown(path, int(owner.Uid), int(owner.Gid)))
	return path
}

// serve gives the server a certificate, and ends all sessions over the network.
func (s *tlsServer) serve(t *testing.T, as identity, method string) {
	t.Helper()
	rules := fmt.Sprintf("local all all trust\nhostssl all all 127.0.0.0/8 %s\n", method)
	require.NoError(t, os.WriteFile(s.hba, []byte(rules), 0o600))
	for setting, value := range map[string]string{
		"ssl_cert_file": s.place(t, as.Certificate, "certificate.pem"), "ssl_key_file": s.place(t, as.Key, "key.pem"),
		"ssl_ca_file": filepath.Join(s.Folder(), "clients.pem"), "ssl": "on",
	} {
		_, err := s.admin.Exec(t.Context(), fmt.Sprintf("ALTER SYSTEM SET %s = '%s'", setting, value))
		require.NoError(t, err)
	}
	_, err := s.admin.Exec(t.Context(), "SELECT pg_reload_conf()")
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		var on string
		require.NoError(t, s.admin.QueryRow(t.Context(), "SHOW ssl").Scan(&on))
		return on == "on"
	}, 10*time.Second, 10*time.Millisecond)
	time.Sleep(200 * time.Millisecond) // the postmaster reads certificates a moment later
	_, err = s.admin.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_addr IS NOT NULL")
	require.NoError(t, err)
}

// dsn is a connection over the network that is verified in full.
func (s *tlsServer) dsn(authority *authority, more url.Values) string {
	query := url.Values{"sslmode": {"verify-full"}, "sslrootcert": {authority.File}}
	maps.Copy(query, more)
	return fmt.Sprintf("postgres://postgres@%s:5432/%s?%s", s.address, s.database, query.Encode())
}

func TestPostgresIsVerifiedInFull(t *testing.T) {
	t.Parallel()
	right, wrong := newAuthority(t, "right"), newAuthority(t, "wrong")
	server := newTLSServer(t, right)
	good := right.issue(t, "db", server.address)
	server.serve(t, good, "trust")

	pipeline, err := harness.NewPipeline(t.Context(), collectorBinary, t.TempDir(), server.dsn(right, nil))
	require.NoError(t, err)
	require.NoError(t, pipeline.Start(t.Context()))
	r := &rig{Pipeline: pipeline, pool: server.admin}
	deliver(t, r, 10)
	r.waitCount(t, 10, 20*time.Second)
	var encrypted bool
	const sessions = "SELECT bool_and(s.ssl) FROM pg_stat_ssl AS s JOIN pg_stat_activity AS a USING (pid) WHERE a.client_addr IS NOT NULL"
	require.NoError(t, server.admin.QueryRow(t.Context(), sessions).Scan(&encrypted))
	require.True(t, encrypted)

	// Somebody else's server, and a name that isn't the server's: what was acknowledged
	// waits until it is the right one again.
	stored := 10
	for reason, other := range map[string]identity{
		"unknown authority":        wrong.issue(t, "db", server.address),
		"certificate is valid for": right.issue(t, "db", "127.0.0.9"),
	} {
		server.serve(t, other, "trust")
		deliver(t, r, 10)
		require.Eventually(t, func() bool { return strings.Contains(logOf(t, pipeline), reason) }, 20*time.Second, 50*time.Millisecond, reason)
		require.Equal(t, stored, r.count(t.Context(), t), "nothing goes to another server")
		server.serve(t, good, "trust")
		stored += 10
		r.waitCount(t, stored, 30*time.Second)
	}
	require.NoError(t, pipeline.Stop())
	require.Equal(t, stored, r.count(t.Context(), t))
}

func TestPostgresKnowsTheCollectorByItsCertificate(t *testing.T) {
	t.Parallel()
	servers, clients := newAuthority(t, "servers"), newAuthority(t, "clients")
	server := newTLSServer(t, clients)
	server.serve(t, servers.issue(t, "db", server.address), "cert")
	own := clients.issue(t, "postgres")

	_, err := pgx.Connect(t.Context(), server.dsn(servers, nil))
	require.ErrorContains(t, err, "certificate")
	stranger := servers.issue(t, "postgres")
	_, err = pgx.Connect(t.Context(), server.dsn(servers, url.Values{"sslcert": {stranger.Certificate}, "sslkey": {stranger.Key}}))
	require.Error(t, err, "of an authority that isn't the clients'")

	r := newRigOver(t, server.dsn(servers, url.Values{"sslcert": {own.Certificate}, "sslkey": {own.Key}}), server.admin)
	deliver(t, r, 10)
	r.waitCount(t, 10, 20*time.Second)
}

// newRigOver starts a Collector that connects in its own way; pool is for the test.
func newRigOver(t *testing.T, dsn string, pool *pgxpool.Pool) *rig {
	t.Helper()
	pipeline, err := harness.NewPipeline(t.Context(), collectorBinary, t.TempDir(), dsn)
	require.NoError(t, err)
	require.NoError(t, pipeline.Start(t.Context()))
	t.Cleanup(func() { require.NoError(t, pipeline.Stop()) })
	return &rig{Pipeline: pipeline, pool: pool}
}

// deliver sends activities until they are acknowledged.
func deliver(t *testing.T, r *rig, n int) {
	t.Helper()
	client, err := harness.NewClient(t.Context(), r.GRPC, "tls", n)
	require.NoError(t, err)
	for range n {
		client.Record(t.Context(), activity.Activity{Action: "order.update"})
	}
	require.NoError(t, client.Close(t.Context()))
}

func logOf(t *testing.T, pipeline *harness.Pipeline) string {
	t.Helper()
	log, err := os.ReadFile(pipeline.LogFile)
	require.NoError(t, err)
	return string(log)
}
