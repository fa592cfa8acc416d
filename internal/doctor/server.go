package doctor

import (
	"context"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/finding"
)

const (
	checkServerVersion     = "server.version"
	checkServerFsync       = "server.fsync"
	checkFullPageWrites    = "server.full_page_writes"
	checkSynchronousCommit = "server.synchronous_commit"
	checkCommitOverrides   = "server.synchronous_commit_overrides"

	leastVersion = 140000
	settingOff   = "off"
)

var settingsCheck = check{
	names:  []string{checkServerVersion, checkServerFsync, checkFullPageWrites, checkSynchronousCommit},
	rights: "the right to read settings (pg_read_all_settings)",
	look:   lookAtSettings,
}

func lookAtSettings(ctx context.Context, x *examination) ([]finding.Finding, error) {
	s, err := x.Examiner.Settings(ctx)
	if err != nil {
		return nil, err
	}
	version := fine(checkServerVersion, "the server is Postgres %s", s.Version)
	if s.VersionNumber < leastVersion {
		version = broken(checkServerVersion, "the server is Postgres "+s.Version+", older than 14", "upgrade it to 14 or newer")
	}
	fsync := fine(checkServerFsync, "fsync is on")
	if s.Fsync == settingOff {
		fsync = broken(checkServerFsync, "fsync is off: a crash of the machine can destroy the whole database",
			"set fsync = on in postgresql.conf and reload")
	}
	pages := fine(checkFullPageWrites, "full_page_writes is on")
	if s.FullPageWrites == settingOff {
		pages = broken(checkFullPageWrites, "full_page_writes is off: a crash of the machine can leave pages that are half written",
			"set full_page_writes = on in postgresql.conf and reload")
	}
	commit := fine(checkSynchronousCommit, "synchronous_commit is %s", s.SynchronousCommit)
	if s.SynchronousCommit == settingOff {
		commit = warning(checkSynchronousCommit, "synchronous_commit is off: a crash of the server loses what was committed last, which the Collector has let go of",
			"set synchronous_commit = on in postgresql.conf and reload, or for the Collector's role")
	}
	return []finding.Finding{version, fsync, pages, commit}, nil
}

// The Collector's role may have other settings than the one that asks.
var commitCheck = check{
	names:  []string{checkCommitOverrides},
	rights: "SELECT on pg_db_role_setting",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		whose, err := x.Examiner.CommitOverrides(ctx)
		if err != nil {
			return nil, err
		}
		if len(whose) == 0 {
			return []finding.Finding{fine(checkCommitOverrides, "no role and no database has synchronous_commit off")}, nil
		}
		return []finding.Finding{warning(checkCommitOverrides,
			fmt.Sprintf("synchronous_commit is off for %s: a crash of the server loses what such a session committed last", finding.List(whose)),
			"unless none of them is the Collector's: ALTER ROLE … RESET synchronous_commit, or ALTER DATABASE … RESET synchronous_commit")}, nil
	},
}
