package pgtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	startTimeout = time.Minute
	// The port only names the socket's file: the server doesn't listen on TCP.
	socketPort = "5432"
)

// Options of a server.
type Options struct {
	// Durable turns fsync and full page writes on, which a test doesn't need and
	// a benchmark does.
	Durable bool
	// Settings are more lines for postgresql.conf, by name.
	Settings map[string]string
}

// Server is a Postgres in a folder of its own, reachable over a UNIX socket.
type Server struct {
	options    Options
	binaries   string
	folder     string
	lock       *os.File
	credential *syscall.Credential

	mu      sync.Mutex
	process *process

	template  sync.Once
	templated error
	databases atomic.Int64
}

// Start makes a cluster and starts it. Close removes it.
func Start(ctx context.Context, options Options) (*Server, error) {
	binaries, err := findBinaries()
	if err != nil {
		return nil, err
	}
	folder, lock, err := makeFolder()
	if err != nil {
		return nil, err
	}
	s := &Server{options: options, binaries: binaries, folder: folder, lock: lock}
	if err := s.create(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.Start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) create(ctx context.Context) error {
	if err := s.dropPrivileges(); err != nil {
		return err
	}
	initdb := s.command(ctx, "initdb", "--pgdata="+s.data(), "--username=postgres", "--auth=trust",
		"--encoding=UTF8", "--locale=C", "--no-sync")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s.configure()
}

// dropPrivileges gives the folder to the user that the server runs as: Postgres
// refuses to run as root.
func (s *Server) dropPrivileges() error {
	if os.Geteuid() != 0 {
		return nil
	}
	owner, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("postgres refuses to run as root and there is no user for it: %w; install Postgres from the system's packages, or run the tests as another user", err)
	}
	uid, err := strconv.ParseUint(owner.Uid, 10, 32)
	if err != nil {
		return fmt.Errorf("user postgres has uid %s: %w", owner.Uid, err)
	}
	gid, err := strconv.ParseUint(owner.Gid, 10, 32)
	if err != nil {
		return fmt.Errorf("user postgres has gid %s: %w", owner.Gid, err)
	}
	s.credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(s.folder, int(uid), int(gid))
}

func (s *Server) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, filepath.Join(s.binaries, program), args...) //nolint:gosec // the folder is the developer's own choice
	cmd.Dir = s.folder
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = processAttributes(s.credential)
	return cmd
}

func (s *Server) configure() error {
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
	file, err := os.OpenFile(filepath.Join(s.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
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
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	// Not bound to ctx: the server outlives the call that starts it.
	cmd := s.command(context.WithoutCancel(ctx), "postgres", "-D", s.data())
	cmd.Stdout, cmd.Stderr = log, log
	s.process, err = startProcess(cmd)
	if err != nil {
		return err
	}
	if err := s.ready(ctx); err != nil {
		tail, _ := os.ReadFile(s.log())
		return errors.Join(fmt.Errorf("start postgres: %w\n%s", err, tail), s.process.signal(syscall.SIGQUIT))
	}
	return nil
}

func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, s.AdminDSN())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return err
		case <-s.process.done:
			return s.process.err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends all sessions and stops the server, as a restart by its owner would.
func (s *Server) Stop() error { return s.end(syscall.SIGINT) }

// Kill stops the server as a crash would: recovery follows at the next Start.
func (s *Server) Kill() error { return s.end(syscall.SIGQUIT) }

func (s *Server) end(signal os.Signal) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.process == nil || s.process.ended() {
		return nil
	}
	return s.process.signal(signal)
}

// Close stops the server and removes its folder.
func (s *Server) Close() error {
	return errors.Join(s.end(syscall.SIGQUIT), os.RemoveAll(s.folder), s.lock.Close())
}

// AdminDSN is the superuser's connection to the database postgres.
func (s *Server) AdminDSN() string { return s.DSN("postgres") }

// DSN is the superuser's connection to a database.
func (s *Server) DSN(database string) string {
	query := url.Values{"host": {s.folder}, "port": {socketPort}, "user": {"postgres"}, "sslmode": {"disable"}}
	return "postgres:///" + database + "?" + query.Encode()
}

// Folder is readable by the server: a place for files that COPY reads.
func (s *Server) Folder() string { return s.folder }

func (s *Server) data() string { return filepath.Join(s.folder, "data") }
func (s *Server) log() string  { return filepath.Join(s.folder, "server.log") }
