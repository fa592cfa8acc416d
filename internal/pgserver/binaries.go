package pgserver

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
)

// MinMajor is the oldest major version that the schema works with.
const MinMajor = 14

// ErrNoBinaries says that there is no usable server, and what to install.
var ErrNoBinaries = errors.New("no Postgres server of version 14 or newer found: install it " +
	"(Debian and Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; " +
	"macOS: brew install postgresql@17)")

// installFolders are where the usual packages put the programs, most of them
// outside PATH.
var installFolders = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql@*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"/usr/bin",
}

// programs are what a folder must have to be taken.
var programs = []string{"postgres", "initdb", "pg_ctl"}

var (
	versionInPath   = regexp.MustCompile(`\d+`)
	versionInOutput = regexp.MustCompile(`\d+(?:\.\d+|\w+)?`)
)

// Binaries are the server's programs of one installation.
type Binaries struct {
	// Folder holds postgres, initdb and pg_ctl.
	Folder string
	// Major is the major version, such as 17.
	Major int
	// Version is what the server calls itself, such as 17.2.
	Version string
}

// FindBinaries finds the server's programs: in the folder alone when one is
// given, else in PATH, then in the folders of the usual packages, newest first.
// A major version other than 0 takes only that one. Its error is ErrNoBinaries
// when there is none.
func FindBinaries(folder string, major int) (Binaries, error) {
	folders := []string{folder}
	if folder == "" {
		folders = usualFolders()
	}
	var reasons []error
	for _, candidate := range folders {
		binaries, err := inspect(candidate)
		switch {
		case err != nil:
			reasons = append(reasons, err)
		case binaries.Major < MinMajor || (major != 0 && binaries.Major != major):
			reasons = append(reasons, fmt.Errorf("%s has version %s", candidate, binaries.Version))
		default:
			return binaries, nil
		}
	}
	if folder == "" {
		return Binaries{}, ErrNoBinaries
	}
	return Binaries{}, fmt.Errorf("%w; %w", ErrNoBinaries, errors.Join(reasons...))
}

// FindClient finds a client program such as pgbench: beside the server's programs,
// which not every package brings it with, else in the folders of FindBinaries.
func (b Binaries) FindClient(program string) (string, error) {
	for _, folder := range append([]string{b.Folder}, usualFolders()...) {
		if path, err := exec.LookPath(filepath.Join(folder, program)); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no program %s found: install it (Debian and Ubuntu: apt-get install postgresql; "+
		"Fedora: dnf install postgresql-contrib; macOS: brew install postgresql@17)", program)
}

func usualFolders() []string {
	var folders []string
	if path, err := exec.LookPath("postgres"); err == nil {
		folders = append(folders, filepath.Dir(path))
	}
	var packaged []string
	for _, pattern := range installFolders {
		// The only error is that of a bad pattern.
		found, _ := filepath.Glob(pattern)
		packaged = append(packaged, found...)
	}
	slices.SortStableFunc(packaged, func(a, b string) int { return cmp.Compare(majorInPath(b), majorInPath(a)) })
	return append(folders, packaged...)
}

func majorInPath(folder string) int {
	major, err := strconv.Atoi(versionInPath.FindString(folder))
	if err != nil {
		return 0
	}
	return major
}

func inspect(folder string) (Binaries, error) {
	for _, program := range programs {
		if _, err := exec.LookPath(filepath.Join(folder, program)); err != nil {
			return Binaries{}, fmt.Errorf("%s has no program %s", folder, program)
		}
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return Binaries{}, err
	}
	postgres := exec.Command(filepath.Join(folder, "postgres"), "--version") //nolint:gosec,noctx // a folder of the machine's owner; it answers at once
	postgres.Env = environment()
	out, err := postgres.Output()
	if err != nil {
		return Binaries{}, fmt.Errorf("ask %s for its version: %w", postgres.Path, err)
	}
	version := versionInOutput.FindString(string(out))
	major, err := strconv.Atoi(versionInPath.FindString(version))
	if err != nil {
		return Binaries{}, fmt.Errorf("%s has no version in its answer %q", postgres.Path, out)
	}
	return Binaries{Folder: folder, Major: major, Version: version}, nil
}

func (b Binaries) path(program string) string { return filepath.Join(b.Folder, program) }

// passedOn are the variables that the programs get. The others may hold secrets
// of the caller, or PGDATA, PGPORT and the like that turn the programs elsewhere.
var passedOn = []string{"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}

func environment() []string {
	variables := []string{"LC_ALL=C", "TZ=UTC"}
	for _, name := range passedOn {
		if value, ok := os.LookupEnv(name); ok {
			variables = append(variables, name+"="+value)
		}
	}
	return variables
}
