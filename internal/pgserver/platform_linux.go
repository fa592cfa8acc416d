package pgserver

import (
	"os"
	"syscall"
)

// attributes make a program run as the account, in a process group of its own so
// that Ctrl-C reaches the caller alone, which then stops it in order. The kernel
// sends it the signal when the caller dies.
func attributes(account Account, onParentDeath os.Signal) *syscall.SysProcAttr {
	signal, _ := onParentDeath.(syscall.Signal)
	return &syscall.SysProcAttr{Credential: credential(account), Setpgid: true, Pdeathsig: signal}
}
