package embeddedpostgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

const socketPrefix = ".s.PGSQL."

// choosePort returns the port, or a free one for 0. A port that is taken is found
// here because Postgres would only say so in its log.
func choosePort(ctx context.Context, port int) (int, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
	if err != nil {
		return 0, fmt.Errorf("port %d of %s is taken (%w): set port to another one, or to 0 for any free one", port, loopback, err)
	}
	if address, ok := listener.Addr().(*net.TCPAddr); ok {
		port = address.Port
	}
	return port, listener.Close()
}

// maxSocketPath is the longest path that the system takes for a socket.
func maxSocketPath() int {
	if runtime.GOOS == "linux" {
		return 107
	}
	return 103
}

// socketFolder makes the folder of the socket: in the data directory, or for a
// path too long for a socket in the system's folder for temporary files.
func (h home) socketFolder() (string, error) {
	longest := filepath.Join(h.run(), socketPrefix+strconv.Itoa(maxPort))
	if len(longest) <= maxSocketPath() {
		return h.run(), h.folderForServer(h.run())
	}
	folder := filepath.Join(os.TempDir(), fmt.Sprintf("embedded-postgres-%x", sha256.Sum256([]byte(h.folder)))[:34])
	if err := h.folderForServer(folder); err != nil {
		return "", err
	}
	// Everybody may write beside it.
	info, err := os.Lstat(folder)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || info.Mode().Perm() != privateFolder || !h.account.Owns(info) {
		return "", fmt.Errorf("%s, the folder of the socket, belongs to somebody else: set data_directory to a shorter path than %s", folder, h.folder)
	}
	return folder, nil
}

// clearSockets removes what a killed server left. The caller knows by the lock
// that no server runs; Postgres goes by process numbers, which others may have
// got since.
func clearSockets(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var errs []error
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), socketPrefix) {
			errs = append(errs, os.Remove(filepath.Join(folder, entry.Name())))
		}
	}
	return errors.Join(errs...)
}

// dataSourceName reaches the database over the socket as its owner.
func dataSourceName(socketFolder string, port int) string {
	query := url.Values{"host": {socketFolder}, "port": {strconv.Itoa(port)}, "user": {ownerRole}}
	return "postgres:///" + databaseName + "?" + query.Encode()
}
