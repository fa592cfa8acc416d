package pgserver

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// Account is the user of the operating system that the server runs as. The zero
// value is the caller's own.
type Account struct {
	Name string
	UID  uint32
	GID  uint32
}

// LookupAccount finds the account that the server has to run as: Postgres
// refuses to run as root, so root needs the name of another user. Everybody else
// gets their own, whatever the name.
func LookupAccount(name string) (Account, error) {
	if os.Geteuid() != 0 {
		return Account{}, nil
	}
	found, err := user.Lookup(name)
	if err != nil {
		return Account{}, err
	}
	uid, err := strconv.ParseUint(found.Uid, 10, 32)
	if err != nil {
		return Account{}, fmt.Errorf("user %s has uid %s: %w", name, found.Uid, err)
	}
	gid, err := strconv.ParseUint(found.Gid, 10, 32)
	if err != nil {
		return Account{}, fmt.Errorf("user %s has gid %s: %w", name, found.Gid, err)
	}
	if uid == 0 {
		return Account{}, fmt.Errorf("user %s is root, and Postgres refuses to run as root", name)
	}
	return Account{Name: name, UID: uint32(uid), GID: uint32(gid)}, nil
}

// Own gives a file or folder to the account.
func (a Account) Own(path string) error {
	if a == (Account{}) {
		return nil
	}
	return os.Lchown(path, int(a.UID), int(a.GID))
}

// Owns tells whether a file or folder belongs to the account.
func (a Account) Owns(info os.FileInfo) bool {
	uid, _ := owner(info)
	if a == (Account{}) {
		return int64(uid) == int64(os.Geteuid())
	}
	return uid == a.UID
}

// Barrier is the outermost folder on the way to a path that the account may not
// enter by its permissions; empty when there is none.
func (a Account) Barrier(path string) string {
	if a == (Account{}) {
		return ""
	}
	if parent := filepath.Dir(path); parent != path {
		if barrier := a.Barrier(parent); barrier != "" {
			return barrier
		}
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() || a.enters(info) {
		return ""
	}
	return path
}

func (a Account) enters(folder os.FileInfo) bool {
	const others, group, user = 0o001, 0o010, 0o100
	bit := os.FileMode(others)
	switch uid, gid := owner(folder); {
	case uid == a.UID:
		bit = user
	case gid == a.GID:
		bit = group
	}
	return folder.Mode()&bit != 0
}
