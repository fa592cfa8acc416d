//go:build unix && !solaris && !aix

package spool

import (
	"errors"
	"os"
	"syscall"
)

// makeLock makes a file that this process has until it is closed or the process ends.
// It gets its name when it is locked, so that takeLock can't be first.
func makeLock(path string) (*os.File, error) {
	unlocked := path + ".new"
	f, err := os.OpenFile(unlocked, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) //nolint:gosec // in the spool's folder
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		err = os.Rename(unlocked, path)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(unlocked))
	}
	return f, nil
}

// takeLock takes the file of a process that has ended, and fails when one has it still.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0o600) //nolint:gosec // in the spool's folder
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, err
	}
	// An owner removes the file before it lets go: who has opened it before that holds
	// the lock of nothing.
	if !isAt(f, path) {
		_ = f.Close()
		return nil, os.ErrNotExist
	}
	return f, nil
}

func isAt(f *os.File, path string) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(held, there)
}

// syncFolder makes the names of new files survive the end of the machine.
func syncFolder(path string) error {
	f, err := os.Open(path) //nolint:gosec // the spool's folder
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
