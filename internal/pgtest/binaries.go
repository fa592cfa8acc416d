package pgtest

import (
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// BinariesVariable names the folder of the server's programs, for machines with
// several versions.
const BinariesVariable = "ACTIVITY_TEST_POSTGRES_BIN"

// minVersion is the oldest major version that the schema works with.
const minVersion = 14

var errNoBinaries = errors.New("no Postgres server of version 14 or newer found: install it " +
	"(Debian and Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; " +
	"macOS: brew install postgresql@17) or set " + BinariesVariable + " to the folder of initdb and postgres")

// installFolders are where the usual packages put the programs, most of them
// outside PATH.
var installFolders = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

var versionInPath = regexp.MustCompile(`\d+`)

func findBinaries() (string, error) {
	if folder := os.Getenv(BinariesVariable); folder != "" {
		if !hasServer(folder) {
			return "", errNoBinaries
		}
		return folder, nil
	}
	var found []string
	for _, pattern := range installFolders {
		folders, err := filepath.Glob(pattern)
		if err != nil {
			return "", err
		}
		found = append(found, folders...)
	}
	slices.SortStableFunc(found, func(a, b string) int { return cmp.Compare(majorVersion(b), majorVersion(a)) })
	for _, folder := range found {
		if majorVersion(folder) >= minVersion && hasServer(folder) {
			return folder, nil
		}
	}
	if path, err := exec.LookPath("postgres"); err == nil && hasServer(filepath.Dir(path)) {
		return filepath.Dir(path), nil
	}
	return "", errNoBinaries
}

func majorVersion(folder string) int {
	version, err := strconv.Atoi(versionInPath.FindString(folder))
	if err != nil {
		return 0
	}
	return version
}

func hasServer(folder string) bool {
	for _, program := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(folder, program)); err != nil {
			return false
		}
	}
	return true
}
