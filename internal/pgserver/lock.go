package pgserver

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// ErrLocked says that another process holds the lock.
var ErrLocked = errors.New("locked by another process")

// LockFile takes the lock on a file, which it makes when missing. The lock lasts
// until the file is closed here and in every process that inherited it. Its error
// is ErrLocked when another one holds it.
func LockFile(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the caller's own file
	if err != nil {
		return nil, err
	}
	if err := lock(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// RemoveStalePIDFile removes the file by which a server marks the cluster as in
// use, when its process is no server of the cluster. Postgres does so by itself
// unless another process of the same user got the number, as it does after each
// start of a container. The caller must know by a lock that no server runs.
func (c Cluster) RemoveStalePIDFile() error {
	lines := pidFile(c.Folder)
	if len(lines) == 0 {
		return nil
	}
	if pid, err := strconv.Atoi(lines[0]); err == nil && runsIn(pid, c.Folder) {
		return errors.New("process " + lines[0] + " still runs as its server")
	}
	if err := os.Remove(filepath.Join(c.Folder, pidFileName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// runsIn tells where /proc shows it: a server's working folder is its cluster.
func runsIn(pid int, folder string) bool {
	cwd, err := os.Readlink(filepath.Join("/proc", strconv.Itoa(pid), "cwd"))
	if err != nil {
		return false
	}
	folder, err = filepath.EvalSymlinks(folder)
	return err == nil && cwd == folder
}
