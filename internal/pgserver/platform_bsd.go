//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package pgserver

import (
	"os"
	"syscall"
)

// attributes make a program run as the account, in a process group of its own so
// that Ctrl-C reaches the caller alone, which then stops it in order. Nothing
// here tells a child that its parent died.
func attributes(account Account, _ os.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential(account), Setpgid: true}
}
