package pgtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

const (
	startTimeout = time.Minute
	stopTimeout  = 10 * time.Second
	// The port only names the socket's file: the server doesn't listen on TCP.
	socketPort = "5432"

	// BinariesVariable names the folder of the server's programs, for machines
	// with several versions.
	BinariesVariable = "ACTIVITY_TEST_POSTGRES_BIN"
)

// Options of a server.
type Options struct {
	// Durable turns fsync and full page writes on, which a test doesn't need and
	// a benchmark does.
	Durable bool
	// Settings are more lines for postgresql.conf, by name.
	Settings map[string]string
	// Folder keeps the cluster there beyond Close, and is where Start looks for one
	// that was kept, with the settings that it was made with. It must be one that the
	// server's account can reach, with a path short enough for a socket.
	Folder string
}

// Server is a Postgres in a folder of its own, reachable over a UNIX socket.
type Server struct {
	options Options
	folder  string
	lock    *os.File
	cluster pgserver.Cluster

	mu      sync.Mutex
	running *pgserver.Server

	template  sync.Once
	templated error
	databases atomic.Int64
}

// Start makes a cluster and starts it. Close removes it, unless it has a folder to be
// kept in.
func Start(ctx context.Context, options Options) (*Server, error) {
	binaries, err := pgserver.FindBinaries(os.Getenv(BinariesVariable), 0)
	if err != nil {
		return nil, err
	}
	account, err := pgserver.LookupAccount("postgres")
	if err != nil {
		return nil, err
	}
	folder, lock, err := folderFor(options)
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, folder: folder, lock: lock}
	s.cluster = pgserver.Cluster{Binaries: binaries, Folder: filepath.Join(folder, "data"), Account: account}
	if err := errors.Join(account.Own(folder), s.create(ctx)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.Start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) create(ctx context.Context) error {
	if _, err := os.Stat(filepath.Join(s.cluster.Folder, "PG_VERSION")); err == nil {
		return nil // it was kept
	}
	if err := s.cluster.Init(ctx, "--username=postgres", "--auth=trust", "--no-sync"); err != nil {
		return err
	}
	settings := map[string]string{
		"listen_addresses":        "''",
		"port":                    socketPort,
		"unix_socket_directories": "'" + s.folder + "'",
		"max_connections":         "100",
		"wal_level":               "logical",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
	}
	if !s.options.Durable {
		settings["fsync"] = "off"
		settings["full_page_writes"] = "off"
	}
	maps.Copy(settings, s.options.Settings)
	var lines []byte
	for name, value := range settings {
		lines = fmt.Appendf(lines, "%s = %s\n", name, value)
	}
	file, err := os.OpenFile(filepath.Join(s.cluster.Folder, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.Write(lines)
	return errors.Join(err, file.Close())
}

// Start starts the server after Stop or Kill, and waits until it answers.
func (s *Server) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	logName := filepath.Join(s.folder, "server.log")
	log, err := os.OpenFile(logName, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // a folder of ours
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	s.running, err = s.cluster.Start(ctx, log)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := s.running.WaitReady(ctx); err != nil {
		tail, _ := os.ReadFile(logName) //nolint:gosec // a folder of ours
		return errors.Join(fmt.Errorf("start postgres: %w\n%s", err, tail), s.running.Crash())
	}
	return nil
}

// Stop ends all sessions and stops the server, as a restart by its owner would.
func (s *Server) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	return s.end(func(running *pgserver.Server) error { return running.Stop(ctx) })
}

// Kill stops the server as a crash would: recovery follows at the next Start.
func (s *Server) Kill() error { return s.end((*pgserver.Server).Crash) }

func (s *Server) end(how func(*pgserver.Server) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		return nil
	}
	err := how(s.running)
	s.running = nil
	return err
}

// Close stops the server and removes its folder, or keeps it.
func (s *Server) Close() error {
	if s.options.Folder != "" {
		return errors.Join(s.Kill(), s.lock.Close())
	}
	return errors.Join(s.Kill(), os.RemoveAll(s.folder), s.lock.Close())
}

// AdminDSN is the superuser's connection to the database postgres.
func (s *Server) AdminDSN() string { return s.DSN("postgres") }

// DSN is the superuser's connection to a database.
func (s *Server) DSN(database string) string {
	query := url.Values{"host": {s.folder}, "port": {socketPort}, "user": {"postgres"}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + query.Encode()
}

// Own gives the server a folder, which it may write then.
func (s *Server) Own(folder string) error { return s.cluster.Account.Own(folder) }

// Folder is readable by the server: a place for files that COPY reads.
func (s *Server) Folder() string { return s.folder }
