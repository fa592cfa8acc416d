package embeddedpostgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

// home is the data directory. What the server may write is in folders that belong
// to its account; the rest belongs to the Collector, so that a Collector that
// runs as root never writes where the server could have put a link.
//
//	data_directory/
//	├── EMBEDDED_POSTGRES   marker: the extension made this folder
//	├── collector.lock      held by the Collector
//	├── server.lock         held by every server process
//	├── password            for TCP, in the format of .pgpass
//	├── conf/               written at each start
//	├── run/                the socket                     (server's account)
//	├── cluster.new/        a cluster that is being made   (server's account)
//	└── cluster/            one that is complete           (server's account)
type home struct {
	folder  string
	account pgserver.Account
}

const (
	markerFile = "EMBEDDED_POSTGRES"
	markerText = "The embedded_postgres extension made this folder and everything in it.\n" +
		"Without this file it refuses to use the folder.\n"
	// What a new file system has at its top.
	lostAndFound = "lost+found"

	privateFolder = 0o700
	// The server's account has to get through to its own folders.
	passableFolder = 0o711
	readableFolder = 0o755
	privateFile    = 0o600
	readableFile   = 0o644
)

func (h home) path(name string) string { return filepath.Join(h.folder, name) }
func (h home) marker() string          { return h.path(markerFile) }
func (h home) collectorLock() string   { return h.path("collector.lock") }
func (h home) serverLock() string      { return h.path("server.lock") }
func (h home) passwordFile() string    { return h.path("password") }
func (h home) conf(name string) string { return filepath.Join(h.folder, "conf", name) }
func (h home) run() string             { return h.path("run") }
func (h home) draft() string           { return h.path("cluster.new") }
func (h home) cluster() string         { return h.path("cluster") }

// openHome makes the data directory, or takes one that the extension made before.
// It changes nothing in any other.
func openHome(directory string, account pgserver.Account) (home, error) {
	h := home{account: account}
	absolute, err := filepath.Abs(directory)
	if err != nil {
		return h, fmt.Errorf("find data_directory %s: %w", directory, err)
	}
	if err := os.MkdirAll(filepath.Dir(absolute), readableFolder); err != nil {
		return h, explainHome(absolute, err)
	}
	if err := os.Mkdir(absolute, privateFolder); err != nil && !errors.Is(err, fs.ErrExist) {
		return h, explainHome(absolute, err)
	}
	if h.folder, err = filepath.EvalSymlinks(absolute); err != nil {
		return h, explainHome(absolute, err)
	}
	if err := h.claim(); err != nil {
		return h, explainHome(h.folder, err)
	}
	return h, nil
}

func explainHome(folder string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("data_directory %s can't be written: %w; set it to a folder of the user that the Collector runs as", folder, err)
	}
	return err
}

func (h home) claim() error {
	_, err := os.Lstat(h.marker())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := h.mark(); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	if h.account != (pgserver.Account{}) {
		return os.Chmod(h.folder, passableFolder)
	}
	return nil
}

func (h home) mark() error {
	entries, err := os.ReadDir(h.folder)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		// Another Collector may have made the marker just now; the lock decides
		// between the two.
		if name := entry.Name(); name != lostAndFound && name != markerFile {
			return fmt.Errorf("data_directory %s has something in it (%s) and was not made by embedded_postgres: set it to a new or empty folder", h.folder, name)
		}
	}
	if h.account != (pgserver.Account{}) {
		if err := os.Chown(h.folder, os.Geteuid(), os.Getegid()); err != nil {
			return err
		}
	}
	return os.WriteFile(h.marker(), []byte(markerText), readableFile)
}

// lock keeps other Collectors out. One that was killed may take a moment to end.
func (h home) lock(ctx context.Context) (*os.File, error) {
	ctx, cancel := context.WithTimeout(ctx, endingTime)
	defer cancel()
	lock, err := pgserver.LockFile(h.collectorLock())
	for errors.Is(err, pgserver.ErrLocked) && ctx.Err() == nil {
		time.Sleep(lockInterval)
		lock, err = pgserver.LockFile(h.collectorLock())
	}
	if errors.Is(err, pgserver.ErrLocked) {
		return nil, fmt.Errorf("data_directory %s is in use by another Collector: stop that one, or give each its own data_directory", h.folder)
	}
	if err != nil {
		return nil, explainHome(h.folder, err)
	}
	return lock, nil
}

// folderForServer makes a folder that belongs to the server's account.
func (h home) folderForServer(path string) error {
	if err := os.Mkdir(path, privateFolder); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		return err
	}
	return h.account.Own(path)
}

// write replaces a file whole, so that a crash leaves the old or the new one.
func write(path string, content []byte, mode os.FileMode) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// syncFolder makes renames in a folder last over a power cut.
func syncFolder(path string) error {
	folder, err := os.Open(path) //nolint:gosec // the extension's own folder
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
