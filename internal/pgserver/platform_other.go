//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package pgserver

import (
	"errors"
	"os"
	"syscall"
)

func attributes(Account, os.Signal) *syscall.SysProcAttr { return nil }

func lock(*os.File) error {
	return errors.New("a Postgres of one's own needs a UNIX system: run Postgres as a service here")
}

func owner(os.FileInfo) (uid, gid uint32) { return 0, 0 }
