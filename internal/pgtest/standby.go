package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Standby makes a server that follows this one, which is stopped and started for it.
// Close removes it.
func (s *Server) Standby(ctx context.Context) (*Server, error) {
	folder, lock, err := makeFolder()
	if err != nil {
		return nil, err
	}
	standby := &Server{options: s.options, folder: folder, lock: lock, cluster: s.cluster}
	standby.cluster.Folder = filepath.Join(folder, "data")
	if err := s.Stop(); err != nil { //nolint:contextcheck // it has a bound of its own
		return nil, errors.Join(err, standby.Close())
	}
	err = errors.Join(standby.follow(s), s.Start(ctx))
	if err == nil {
		err = standby.Start(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("make a standby: %w", err), standby.Close())
	}
	return standby, nil
}

// follow copies another server, which doesn't run, and says to follow it.
func (s *Server) follow(other *Server) error {
	if err := os.CopyFS(s.cluster.Folder, os.DirFS(other.cluster.Folder)); err != nil {
		return err
	}
	settings := fmt.Sprintf("unix_socket_directories = '%s'\nprimary_conninfo = 'host=%s port=%s user=postgres'\n", s.folder, other.folder, socketPort)
	config := filepath.Join(s.cluster.Folder, "postgresql.conf")
	before, err := os.ReadFile(config) //nolint:gosec // a folder of ours
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(config, append(before, settings...), 0o600), //nolint:gosec // a folder of ours
		os.WriteFile(filepath.Join(s.cluster.Folder, "standby.signal"), nil, 0o600),
		filepath.WalkDir(s.folder, func(path string, _ os.DirEntry, err error) error {
			return errors.Join(err, s.cluster.Account.Own(path))
		}),
		os.Chmod(s.cluster.Folder, 0o700), //nolint:gosec // as the server wants it
	)
}
