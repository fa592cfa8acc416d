package pgtest

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
)

const (
	folderPrefix = "activity-pgtest-"
	lockName     = "in-use"
)

func folderFor(options Options) (folder string, lock *os.File, err error) {
	if options.Folder == "" {
		return makeFolder()
	}
	if folder, err = filepath.Abs(options.Folder); err != nil {
		return "", nil, err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", nil, err
	}
	lock, err = lockFolder(folder)
	return folder, lock, err
}

// makeFolder makes a folder that is in use for as long as the lock is open, and
// removes those of tests that were killed before they could.
func makeFolder() (folder string, lock *os.File, err error) {
	removeLeftovers()
	folder, err = os.MkdirTemp("", folderPrefix)
	if err != nil {
		return "", nil, err
	}
	lock, err = lockFolder(folder)
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(folder))
	}
	return folder, lock, nil
}

// lockFolder gives the lock its name when it is held, so that nobody else finds
// it before.
func lockFolder(folder string) (*os.File, error) {
	nameless := filepath.Join(folder, lockName+".new")
	lock, err := os.OpenFile(nameless, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // a folder of ours
	if err != nil {
		return nil, err
	}
	if err := hold(lock); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	if err := os.Rename(nameless, filepath.Join(folder, lockName)); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

func hold(lock *os.File) error {
	return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// removeLeftovers does what it can: what it can't is no reason not to test.
func removeLeftovers() {
	locks, err := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*", lockName))
	if err != nil {
		return
	}
	for _, name := range locks {
		lock, err := os.OpenFile(name, os.O_RDWR, 0) //nolint:gosec // a folder of ours
		if err != nil {
			continue
		}
		if hold(lock) == nil {
			_ = os.RemoveAll(filepath.Dir(name))
		}
		_ = lock.Close()
	}
}
