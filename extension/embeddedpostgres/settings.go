package embeddedpostgres

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
)

const (
	loopback     = "127.0.0.1"
	identMap     = "collector"
	writtenByUs  = "# Written at each start of embedded_postgres: changes go to its key `settings`,\n# or into the database with ALTER SYSTEM.\n"
	configFile   = "postgresql.conf"
	hbaFile      = "pg_hba.conf"
	identMapFile = "pg_ident.conf"
)

// chosen are the settings that differ from those of Postgres and that the user
// may change.
func chosen() map[string]string {
	return map[string]string{
		"cluster_name":     "embedded_postgres",
		"listen_addresses": loopback,
		// Ingest writes much and reads little: long ways between checkpoints keep
		// full page images rare.
		"checkpoint_timeout": "15min",
		"max_wal_size":       "4GB",
		"wal_compression":    "on",
		"shared_buffers":     "256MB",
		"timezone":           "UTC",
		"log_timezone":       "UTC",
		"log_checkpoints":    "off",
		// A failed statement's text and details hold people's data, which is not
		// for the Collector's log. The client gets them all the same.
		"log_error_verbosity":     "terse",
		"log_min_error_statement": "panic",
	}
}

// fixed are the settings on which the extension relies.
func (h home) fixed(port int, socketFolder string) map[string]string {
	return map[string]string{
		"hba_file":                h.conf(hbaFile),
		"ident_file":              h.conf(identMapFile),
		"port":                    strconv.Itoa(port),
		"unix_socket_directories": `"` + strings.ReplaceAll(socketFolder, `"`, `""`) + `"`,
		"unix_socket_permissions": "0700",
		"logging_collector":       "off",
		"log_destination":         "stderr",
		"log_line_prefix":         logLinePrefix,
		"lc_messages":             "C",
	}
}

// configure writes the server's configuration.
func (h home) configure(settings map[string]any, port int, socketFolder string) error {
	all := chosen()
	for name, value := range settings {
		all[strings.ToLower(name)] = fmt.Sprint(value)
	}
	maps.Copy(all, h.fixed(port, socketFolder))
	config := []byte(writtenByUs)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		config = fmt.Appendf(config, "%s = %s\n", name, quote(all[name]))
	}
	if err := os.MkdirAll(h.conf(""), readableFolder); err != nil {
		return err
	}
	return errors.Join(
		os.Chmod(h.conf(""), readableFolder), // whatever the umask
		write(h.conf(configFile), config, readableFile),
		write(h.conf(hbaFile), []byte(writtenByUs+access), readableFile),
		write(h.conf(identMapFile), h.identities(), readableFile),
	)
}

func quote(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(value) + "'"
}

// access lets in, without a password, only the operating system's users who could
// read the files anyway: over the socket the kernel vouches for them. Everybody
// else, on TCP too, needs a role's password.
const access = "" +
	"local all " + ownerRole + " peer map=" + identMap + "\n" +
	"local all " + superuserRole + " peer map=" + identMap + "\n" +
	"local all all scram-sha-256\n" +
	"host all all 127.0.0.1/32 scram-sha-256\n" +
	"host all all ::1/128 scram-sha-256\n"

func (h home) identities() []byte {
	lines := []byte(writtenByUs)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(h.users()))) {
		for _, role := range []string{ownerRole, superuserRole} {
			lines = fmt.Appendf(lines, "%s %q %s\n", identMap, name, role)
		}
	}
	return lines
}

// users are the Collector's and the server's.
func (h home) users() []string {
	var names []string
	if current, err := user.Current(); err == nil {
		names = append(names, current.Username)
	}
	if h.account.Name != "" {
		names = append(names, h.account.Name)
	}
	return names
}
