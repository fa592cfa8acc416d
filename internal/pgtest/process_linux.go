package pgtest

import "syscall"

// processAttributes make the server end with the test, even one that was
// killed. It gets a process group of its own so that Ctrl-C reaches the test
// alone, which then stops the server in order.
func processAttributes(credential *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: credential, Setpgid: true, Pdeathsig: syscall.SIGQUIT}
}
