package walplan

import (
	"fmt"
	"strings"

	"github.com/otel-activity/otel-activity/internal/finding"
)

// The names of checks. Scripts depend on them.
const (
	CheckReceiver  = "rights.receiver"
	CheckPublisher = "rights.publisher"
	CheckContext   = "rights.context"
)

// receiver judges the role that reads. It takes REPLICATION and CONNECT, and no right on
// the tables.
func (j *judgement) receiver() {
	role := j.Receiver
	if role == nil {
		j.find(finding.Error, CheckReceiver, "make it", "there is no role %s", j.wanted.Receiver)
		j.grant("The role that reads needs REPLICATION and no right on the tables. Give it a password, with \\password in psql",
			"CREATE ROLE "+identifier(j.wanted.Receiver)+" LOGIN REPLICATION")
		return
	}
	var lacks, statements []string
	alter := "ALTER ROLE " + identifier(role.Name)
	if !role.Replication && !role.Superuser {
		lacks = append(lacks, "REPLICATION")
		statements = append(statements, alter+" REPLICATION")
	}
	if !role.Login {
		lacks = append(lacks, "LOGIN")
		statements = append(statements, alter+" LOGIN")
	}
	if !role.Connect {
		lacks = append(lacks, "CONNECT on the database")
		statements = append(statements, "GRANT CONNECT ON DATABASE "+identifier(j.Server.Database)+" TO "+identifier(role.Name))
	}
	switch {
	case len(lacks) > 0:
		j.find(finding.Error, CheckReceiver, strings.Join(statements, "; "), "the role %s lacks %s", role.Name, strings.Join(lacks, ", "))
		j.grant("The role that reads needs REPLICATION and no right on the tables (on Amazon RDS: GRANT rds_replication)", statements...)
	case role.Superuser:
		j.find(finding.Info, CheckReceiver, "let the receiver log in as a role with REPLICATION and nothing else, and name it with --role",
			"the role %s is a superuser: reading takes REPLICATION alone", role.Name)
	default:
		j.fine(CheckReceiver, "the role %s may read the stream", role.Name)
	}
}

func (j *judgement) grant(why string, statements ...string) {
	j.step(Step{Check: CheckReceiver, Why: why, SQL: statements, Manual: !j.Planner.Superuser})
}

// mayPublish says whether the role that runs the SQL may make or change the publication,
// and finds why not.
func (j *judgement) mayPublish() bool {
	var lacks []string
	if !j.Planner.Create && j.Publication == nil {
		lacks = append(lacks, "it lacks CREATE on the database")
	}
	if owners := j.owners(); len(owners) > 0 {
		lacks = append(lacks, "tables belong to "+finding.List(owners))
	}
	if p := j.Publication; p != nil && p.Owner != j.Planner.Name && !j.Planner.Superuser {
		lacks = append(lacks, "the publication belongs to "+p.Owner)
	}
	if len(lacks) == 0 {
		j.fine(CheckPublisher, "the role %s may publish the tables", j.Planner.Name)
		return true
	}
	j.find(finding.Info, CheckPublisher, "run that part of the SQL as a superuser, or as a member of the tables' owner with CREATE on the database",
		"the role %s of this connection can't publish the tables: %s", j.Planner.Name, strings.Join(lacks, "; "))
	return false
}

// owners of the tables that the role may not publish, in the order of the tables.
func (j *judgement) owners() []string {
	var owners []string
	seen := map[string]bool{}
	for i := range j.Tables {
		owner, ok := j.NotOwned[j.Tables[i].OID]
		if ok && !seen[owner] {
			seen[owner] = true
			owners = append(owners, owner)
		}
	}
	return owners
}

// context judges who may say, on behalf of whom a transaction is.
func (j *judgement) context() {
	var grants, lacking []string
	for i, role := range j.Applications {
		if role == nil || !role.Emit || len(j.Server.EmitByPublic) > 0 {
			grants = append(grants, identifier(j.wanted.Applications[i]))
		}
		if role == nil || !role.Emit {
			lacking = append(lacking, j.wanted.Applications[i])
		}
	}
	switch {
	case len(j.Server.EmitByPublic) > 0:
		j.find(finding.Warning, CheckContext, "revoke it from PUBLIC, and grant it to the application's role",
			"every role may call pg_logical_emit_message, and so name any actor for what it does")
	case len(lacking) > 0:
		j.find(finding.Error, CheckContext, "grant it EXECUTE",
			"%s may not call pg_logical_emit_message: changes have no actor", finding.Several("the role", "the roles", lacking))
	default:
		j.fine(CheckContext, "not everybody may call pg_logical_emit_message, and name any actor")
		return
	}
	j.step(j.emitStep(grants))
}

// emitForms are those of all servers; newer ones have a further argument.
func (j *judgement) emitForms() []string {
	if len(j.Server.EmitByPublic) > 0 {
		return j.Server.EmitByPublic
	}
	flush := ""
	if j.Server.VersionNumber >= failoverVersion {
		flush = ",boolean"
	}
	return []string{"pg_logical_emit_message(boolean,text,bytea" + flush + ")", "pg_logical_emit_message(boolean,text,text" + flush + ")"}
}

func (j *judgement) emitStep(roles []string) Step {
	s := Step{
		Check: CheckContext, Manual: len(roles) == 0 || !j.Planner.Superuser,
		Why: "Who may call pg_logical_emit_message says who did it: that is the application alone",
	}
	to := strings.Join(roles, ", ")
	if to == "" {
		s.Why += ". Name its role with --application, or here"
		to = "…"
	}
	for _, form := range j.emitForms() {
		if len(j.Server.EmitByPublic) > 0 {
			s.SQL = append(s.SQL, fmt.Sprintf("REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC", form))
		}
		s.SQL = append(s.SQL, fmt.Sprintf("GRANT EXECUTE ON FUNCTION %s TO %s", form, to))
	}
	return s
}
