package doctor

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/otel-activity/otel-activity/internal/finding"
)

const (
	checkRole             = "rights.role"
	checkPublic           = "rights.public"
	checkChange           = "rights.change"
	checkBypass           = "rights.bypass"
	checkPolicies         = "rights.policies"
	checkPartitionReaders = "rights.partitions"
)

var roleCheck = check{
	names:  []string{checkRole},
	rights: "the right to read pg_roles",
	look: func(_ context.Context, x *examination) ([]finding.Finding, error) {
		if !x.role.Superuser {
			return []finding.Finding{fine(checkRole, "the role %s is no superuser", x.role.Name)}, nil
		}
		return []finding.Finding{warning(checkRole,
			fmt.Sprintf("the role %s of this connection is a superuser: what has its password may change what happened, and everything else", x.role.Name),
			"give Collectors a role that may only add (\"activityctl schema roles\" prints the SQL), and keep this one for its administrator")}, nil
	},
}

var publicCheck = check{
	names:  []string{checkPublic},
	rights: "the right to read the catalogs",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		grants, err := x.Examiner.PublicGrants(ctx)
		if err != nil {
			return nil, err
		}
		var found []finding.Finding
		for _, g := range grants {
			kind := "TABLE "
			if strings.HasPrefix(g.Subject, "schema ") {
				kind = ""
			}
			found = append(found, warning(checkPublic,
				fmt.Sprintf("every role of the cluster that may connect has %s on %s", g.Privileges, g.Subject),
				fmt.Sprintf("REVOKE ALL ON %s%s FROM PUBLIC, and grant it to those who need it", kind, g.Subject)))
		}
		return or(found, fine(checkPublic, "PUBLIC has no right in schema activity")), nil
	},
}

var changeCheck = check{
	names:  []string{checkChange},
	rights: "USAGE on schema activity",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		grants, err := x.Examiner.Changers(ctx)
		if err != nil {
			return nil, err
		}
		roles := map[string][]string{} // by what they may do
		for _, g := range grants {
			roles[g.Privileges] = append(roles[g.Privileges], g.Subject)
		}
		var found []finding.Finding
		for _, may := range slices.Sorted(maps.Keys(roles)) {
			found = append(found, warning(checkChange,
				fmt.Sprintf("%s may %s activities: a trail that can be changed proves nothing", finding.Several("the role", "the roles", roles[may]), may),
				fmt.Sprintf("REVOKE %s ON ALL TABLES IN SCHEMA activity FROM each of them, the roles that they are members of, and PUBLIC", may)))
		}
		return or(found, fine(checkChange, "nobody but the owner may change activities")), nil
	},
}

var bypassCheck = check{
	names:  []string{checkBypass},
	rights: "USAGE on schema activity",
	look:   lookForBypasses,
}

func lookForBypasses(ctx context.Context, x *examination) ([]finding.Finding, error) {
	there, err := x.Examiner.HasReader(ctx)
	if err != nil {
		return nil, err
	}
	if !there {
		return []finding.Finding{info(checkBypass,
			"the role activity_reader is missing: project scopes don't work, everything else does",
			"if you need them, see \"activity_reader\" in the documentation of the extension activity_api")}, nil
	}
	roles, err := x.Examiner.Bypasses(ctx)
	if err != nil {
		return nil, err
	}
	var found []finding.Finding
	for _, r := range roles {
		if r.Reader {
			found = append(found, broken(checkBypass,
				fmt.Sprintf("the role %s %s: project scopes hold nobody", r.Role, r.Why),
				fmt.Sprintf("ALTER ROLE %s NOSUPERUSER NOBYPASSRLS, and take it out of the owner's role", r.Role)))
			continue
		}
		found = append(found, warning(checkBypass,
			fmt.Sprintf("the role %s reads as a member of activity_reader and %s: it sees all projects, whatever its scope", r.Role, r.Why),
			fmt.Sprintf("ALTER ROLE %s NOBYPASSRLS", r.Role)))
	}
	return or(found, fine(checkBypass, "policies hold for everyone who reads as activity_reader")), nil
}

var policiesCheck = check{
	names:  []string{checkPolicies},
	rights: "the right to read the catalogs",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		tables, err := x.Examiner.UnenforcedPolicies(ctx)
		if err != nil {
			return nil, err
		}
		if len(tables) == 0 {
			return []finding.Finding{fine(checkPolicies, "each table with policies enforces them")}, nil
		}
		return []finding.Finding{broken(checkPolicies,
			fmt.Sprintf("row-level security is off for %s: project scopes don't hold there", strings.Join(tables, ", ")),
			fmt.Sprintf("ALTER TABLE %s ENABLE ROW LEVEL SECURITY", strings.Join(tables, " ENABLE ROW LEVEL SECURITY; ALTER TABLE ")))}, nil
	},
}

var partitionReadersCheck = check{
	names:  []string{checkPartitionReaders},
	rights: "USAGE on schema activity",
	look: func(ctx context.Context, x *examination) ([]finding.Finding, error) {
		roles, err := x.Examiner.PartitionReaders(ctx)
		if err != nil {
			return nil, err
		}
		var found []finding.Finding
		for _, r := range roles {
			found = append(found, warning(checkPartitionReaders,
				fmt.Sprintf("the role %s may read %s, which have no policies: it sees all projects there", r.Role, finding.Counted(r.Partitions, "partition", "partitions")),
				fmt.Sprintf("REVOKE SELECT ON ALL TABLES IN SCHEMA activity FROM %s, then GRANT SELECT on the tables that it needs; and look at ALTER DEFAULT PRIVILEGES", r.Role)))
		}
		return or(found, fine(checkPartitionReaders, "nobody reads partitions around the policies")), nil
	},
}
