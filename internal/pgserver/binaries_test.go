package pgserver_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

func TestFindBinariesOfTheSystem(t *testing.T) {
	t.Parallel()
	found, err := pgserver.FindBinaries("", 0)
	require.NoError(t, err)
	require.GreaterOrEqual(t, found.Major, pgserver.MinMajor)
	require.Contains(t, found.Version, ".")

	again, err := pgserver.FindBinaries(found.Folder, found.Major)
	require.NoError(t, err)
	require.Equal(t, found, again)
}

func TestMissingBinariesSayWhatToInstall(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	_, err := pgserver.FindBinaries(empty, 0)
	require.ErrorIs(t, err, pgserver.ErrNoBinaries)
	require.ErrorContains(t, err, "apt-get install postgresql")
	require.ErrorContains(t, err, "dnf install postgresql-server")
	require.ErrorContains(t, err, "brew install postgresql@17")
	require.ErrorContains(t, err, empty+" has no program postgres")
}

func TestFindBinariesOfAnotherVersion(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"postgres (PostgreSQL) 13.4", "postgres (PostgreSQL) 18beta2"} {
		folder := t.TempDir()
		for _, program := range []string{"postgres", "initdb", "pg_ctl"} {
			script := "#!/bin/sh\necho '" + version + "'\n"
			require.NoError(t, os.WriteFile(filepath.Join(folder, program), []byte(script), 0o700)) //nolint:gosec // a program
		}
		_, err := pgserver.FindBinaries(folder, 17)
		require.ErrorIs(t, err, pgserver.ErrNoBinaries)
		require.ErrorContains(t, err, folder+" has version 1")
	}
}

func TestFindClient(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	beside := filepath.Join(folder, "made-up-client")
	require.NoError(t, os.WriteFile(beside, []byte("#!/bin/sh\n"), 0o700)) //nolint:gosec // a program

	found, err := pgserver.Binaries{Folder: folder}.FindClient("made-up-client")
	require.NoError(t, err)
	require.Equal(t, beside, found)
	found, err = pgserver.Binaries{Folder: folder}.FindClient("initdb")
	require.NoError(t, err)
	require.FileExists(t, found)
	_, err = pgserver.Binaries{Folder: folder}.FindClient("no-such-client")
	require.ErrorContains(t, err, "no program no-such-client found")
}
