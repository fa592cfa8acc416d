package embeddedpostgres

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

const (
	defaultDataDirectory = "/var/lib/otelcol-activity/postgres"
	// Beside the well-known 5432, which a Postgres of the machine may hold.
	defaultPort  = 54329
	defaultRunAs = "postgres"
	// Recovery after a crash reads up to max_wal_size before the server answers.
	defaultStartTimeout = 5 * time.Minute
	defaultStopTimeout  = 30 * time.Second

	maxPort = 65535
)

// Config is the configuration of the embedded_postgres extension.
type Config struct {
	// DataDirectory is the folder of everything that the extension keeps; default
	// /var/lib/otelcol-activity/postgres. It is made at the first start. A folder
	// that has something in it and that the extension did not make is refused.
	DataDirectory string `mapstructure:"data_directory"`

	// BinariesDirectory is the folder of the programs postgres, initdb and pg_ctl,
	// version 14 or newer; default empty, which takes those of PATH, else the
	// newest that the system's packages installed.
	BinariesDirectory string `mapstructure:"binaries_directory"`

	// Port is the TCP port on 127.0.0.1, and part of the socket's name; default
	// 54329. 0 takes any free one at each start.
	Port int `mapstructure:"port"`

	// RunAs is the user that the server runs as when the Collector runs as root,
	// which Postgres refuses for itself; default postgres. Otherwise the server
	// runs as the Collector's own user.
	RunAs string `mapstructure:"run_as"`

	// Settings are settings of the Postgres server by name, such as
	// shared_buffers: 1GB. They go before those that the extension chooses.
	Settings map[string]any `mapstructure:"settings"`

	// StartTimeout bounds the time until the server takes connections, making the
	// cluster and recovery after a crash included; default 5m.
	StartTimeout time.Duration `mapstructure:"start_timeout"`

	// StopTimeout is the time that the server has to stop in order; default 30s.
	// After it the server is stopped at once, and recovers at its next start.
	StopTimeout time.Duration `mapstructure:"stop_timeout"`
}

var settingName = regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$`)

// reserved are the settings on which the extension relies, and what to do
// instead.
var reserved = map[string]string{
	"config_file":             "remove it",
	"data_directory":          "set the extension's own key data_directory",
	"external_pid_file":       "remove it",
	"hba_file":                "remove it, or run a Postgres of your own and name it in the exporter's dsn",
	"ident_file":              "remove it, or run a Postgres of your own and name it in the exporter's dsn",
	"lc_messages":             "remove it",
	"log_destination":         "remove it: the server's log goes to the Collector's",
	"log_line_prefix":         "remove it: the server's log goes to the Collector's",
	"logging_collector":       "remove it: the server's log goes to the Collector's",
	"port":                    "set the extension's own key port",
	"unix_socket_directories": "remove it",
	"unix_socket_group":       "remove it",
	"unix_socket_permissions": "remove it",
}

// Validate says of each mistake which key to change, and how.
func (c *Config) Validate() error {
	var mistakes []error
	if c.DataDirectory == "" {
		mistakes = append(mistakes, fmt.Errorf("data_directory is empty: set it to a folder for the database, or remove it for the default of %s", defaultDataDirectory))
	}
	if strings.ContainsAny(c.DataDirectory, "\n\r\x00") {
		mistakes = append(mistakes, errors.New("data_directory has a line break in it: set it to a folder without one"))
	}
	if c.Port < 0 || c.Port > maxPort {
		mistakes = append(mistakes, fmt.Errorf("port is %d: set it to a port from 1 to %d, to 0 for any free one, or remove it for the default of %d", c.Port, maxPort, defaultPort))
	}
	if c.RunAs == "" || c.RunAs == "root" {
		mistakes = append(mistakes, fmt.Errorf("run_as is %q: set it to a user other than root, or remove it for the default of %s", c.RunAs, defaultRunAs))
	}
	if c.StartTimeout <= 0 {
		mistakes = append(mistakes, fmt.Errorf("start_timeout is %s: set it to more than 0, or remove it for the default of %s", c.StartTimeout, defaultStartTimeout))
	}
	if c.StopTimeout <= 0 {
		mistakes = append(mistakes, fmt.Errorf("stop_timeout is %s: set it to more than 0, or remove it for the default of %s", c.StopTimeout, defaultStopTimeout))
	}
	return errors.Join(append(mistakes, c.validateSettings()...)...)
}

func (c *Config) validateSettings() []error {
	var mistakes []error
	for _, name := range slices.Sorted(maps.Keys(c.Settings)) {
		remedy, taken := reserved[strings.ToLower(name)]
		switch value := c.Settings[name].(type) {
		case nil:
			mistakes = append(mistakes, fmt.Errorf(`settings::%s has no value: give it one, or "" for the empty text`, name))
		case map[string]any, []any:
			mistakes = append(mistakes, fmt.Errorf("settings::%s is a map or a list: write the value as one text", name))
		case string:
			if strings.ContainsAny(value, "\n\r\x00") {
				mistakes = append(mistakes, fmt.Errorf("settings::%s has a line break in it: write the value on one line", name))
			}
		}
		if !settingName.MatchString(name) {
			mistakes = append(mistakes, fmt.Errorf("settings::%s is no name of a Postgres setting: use letters, digits and underscores, as in shared_buffers", name))
		}
		if taken {
			mistakes = append(mistakes, fmt.Errorf("settings::%s can't be changed, the extension relies on it: %s", name, remedy))
		}
	}
	return mistakes
}
