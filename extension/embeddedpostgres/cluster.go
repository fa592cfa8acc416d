package embeddedpostgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

const (
	// The database, and the role that owns it. It is no superuser: the superuser
	// has no password and so no way in over TCP.
	databaseName  = "activity"
	ownerRole     = "activity"
	superuserRole = "postgres"
)

// founding is what a new cluster needs beyond initdb. The owner may make roles,
// such as one that only reads, see the server's statistics, and read row changes from
// the log, with settings::wal_level logical.
var founding = []string{
	"CREATE ROLE " + ownerRole + " LOGIN CREATEROLE REPLICATION",
	"GRANT pg_monitor TO " + ownerRole,
	"CREATE DATABASE " + databaseName + " OWNER " + ownerRole,
}

// findPrograms finds server programs that can run the cluster that is there.
func (h home) findPrograms(folder string) (pgserver.Binaries, error) {
	major, err := h.major()
	if err != nil {
		return pgserver.Binaries{}, err
	}
	binaries, err := pgserver.FindBinaries(folder, major)
	if err == nil || !errors.Is(err, pgserver.ErrNoBinaries) {
		return binaries, err
	}
	if other, otherErr := pgserver.FindBinaries(folder, 0); major != 0 && otherErr == nil {
		return binaries, fmt.Errorf("data_directory %s holds a cluster of Postgres %d, and %s has Postgres %s: install Postgres %d again and set binaries_directory to its programs, or set data_directory to a new folder and bring the data over with pg_dump",
			h.folder, major, other.Folder, other.Version, major)
	}
	return binaries, fmt.Errorf("%w, or set binaries_directory to the folder of its programs postgres, initdb and pg_ctl", err)
}

// major is the version of the cluster that is there, 0 for none.
func (h home) major() (int, error) {
	content, err := os.ReadFile(filepath.Join(h.cluster(), "PG_VERSION"))
	if _, missing := os.Stat(h.cluster()); errors.Is(missing, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the version of the cluster in data_directory: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(content)))
	if err != nil {
		return 0, fmt.Errorf("read the version of the cluster in data_directory: %w", err)
	}
	return major, nil
}

// prepare makes the cluster unless it is there.
func (h home) prepare(ctx context.Context, cluster pgserver.Cluster) error {
	info, err := os.Stat(h.cluster())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := h.create(ctx, cluster); err != nil {
			return fmt.Errorf("make a cluster in data_directory %s: %w", h.folder, err)
		}
	case err != nil:
		return explainHome(h.folder, err)
	case !h.account.Owns(info):
		return fmt.Errorf("%s belongs to another user than the one that the server would run as: run the Collector as before, or set run_as to the folder's owner when the Collector runs as root", h.cluster())
	}
	return h.ensurePassword(ctx, cluster)
}

// create makes the cluster under another name, so that one under its own name is
// complete whatever happened on the way.
func (h home) create(ctx context.Context, cluster pgserver.Cluster) error {
	cluster.Folder = h.draft()
	if err := errors.Join(os.RemoveAll(h.draft()), os.RemoveAll(h.passwordFile())); err != nil {
		return err
	}
	if err := h.folderForServer(h.draft()); err != nil {
		return err
	}
	// The server never reads the pg_hba.conf that this makes.
	if err := cluster.Init(ctx, "--username="+superuserRole, "--auth=reject", "--data-checksums"); err != nil {
		return err
	}
	if err := cluster.Execute(ctx, founding...); err != nil {
		return err
	}
	if err := os.Rename(h.draft(), h.cluster()); err != nil {
		return err
	}
	return syncFolder(h.folder)
}

// ensurePassword makes a new password when the file of the last one is gone. The
// role gets it first: a crash before the file is there makes another one.
func (h home) ensurePassword(ctx context.Context, cluster pgserver.Cluster) error {
	_, err := os.Lstat(h.passwordFile())
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	password := rand.Text()
	if err := cluster.Execute(ctx, "ALTER ROLE "+ownerRole+" PASSWORD '"+password+"'"); err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	line := fmt.Sprintf("*:*:*:%s:%s\n", ownerRole, password)
	return write(h.passwordFile(), []byte(line), privateFile)
}
