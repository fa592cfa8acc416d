//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package pgserver

import (
	"errors"
	"os"
	"syscall"
)

func credential(account Account) *syscall.Credential {
	if account == (Account{}) {
		return nil
	}
	return &syscall.Credential{Uid: account.UID, Gid: account.GID}
}

func lock(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return ErrLocked
	}
	return err
}

// owner is the user and group that a file or folder belongs to.
func owner(info os.FileInfo) (uid, gid uint32) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0
	}
	return stat.Uid, stat.Gid
}
