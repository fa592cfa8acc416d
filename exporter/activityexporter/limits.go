package activityexporter

import (
	"errors"
	"fmt"

	"github.com/otel-activity/otel-activity/internal/logmap"
)

// mostKeyBytes is what the values of one index entry may have together: a b-tree
// page of Postgres takes no entry above 2,704 bytes.
const mostKeyBytes = 2_600

// LimitsConfig are the sizes in bytes past which a value is cut and marked.
type LimitsConfig struct {
	// Project bounds the project's id; default 256. Project and Action share an
	// index: together at most 2600.
	Project int `mapstructure:"project"`
	// Action bounds the action; default 512.
	Action int `mapstructure:"action"`
	// EntityType bounds the entity's type; default 256. EntityType and EntityID
	// share an index: together at most 2600.
	EntityType int `mapstructure:"entity_type"`
	// EntityID bounds the entity's id; default 1024.
	EntityID int `mapstructure:"entity_id"`
	// Key bounds each other value that is searched by equality (ids of actors and
	// operations, the service's name, the environment); default 512.
	Key int `mapstructure:"key"`
	// Name bounds each value that is only displayed; default 1024.
	Name int `mapstructure:"name"`
	// Reason bounds the reason; default 16384.
	Reason int `mapstructure:"reason"`
	// Details bounds the display message; default 262144.
	Details int `mapstructure:"details"`
	// Document bounds each of metadata, changes and attributes as JSON; default
	// 1048576.
	Document int `mapstructure:"document"`
	// Depth is how many maps and lists may be nested in a document; default 64.
	Depth int `mapstructure:"depth"`
}

func defaultLimits() LimitsConfig { return LimitsConfig(logmap.DefaultLimits()) }

func (c LimitsConfig) limits() logmap.Limits { return logmap.Limits(c) }

// Validate says of each mistake which key to change, and how.
func (c *LimitsConfig) Validate() error {
	var errs []error
	for _, limit := range []struct {
		key        string
		value, def int
	}{
		{"project", c.Project, defaultLimits().Project},
		{"action", c.Action, defaultLimits().Action},
		{"entity_type", c.EntityType, defaultLimits().EntityType},
		{"entity_id", c.EntityID, defaultLimits().EntityID},
		{"key", c.Key, defaultLimits().Key},
		{"name", c.Name, defaultLimits().Name},
		{"reason", c.Reason, defaultLimits().Reason},
		{"details", c.Details, defaultLimits().Details},
		{"document", c.Document, defaultLimits().Document},
		{"depth", c.Depth, defaultLimits().Depth},
	} {
		if limit.value < 1 {
			errs = append(errs, fmt.Errorf("%s is %d: set it to 1 or more, or remove it for the default of %d", limit.key, limit.value, limit.def))
		}
	}
	for _, pair := range []struct {
		keys string
		sum  int
	}{
		{"project and action", c.Project + c.Action},
		{"entity_type and entity_id", c.EntityType + c.EntityID},
		{"key", c.Key},
	} {
		if pair.sum > mostKeyBytes {
			errs = append(errs, fmt.Errorf("%s: %d bytes don't fit into an index entry: set them to %d or less together", pair.keys, pair.sum, mostKeyBytes))
		}
	}
	return errors.Join(errs...)
}
