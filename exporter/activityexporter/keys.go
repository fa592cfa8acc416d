package activityexporter

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

var (
	_ confmap.Unmarshaler = (*Config)(nil)
	_ confmap.Unmarshaler = (*LimitsConfig)(nil)
)

// Unmarshal says of an unknown key what the keys are; the error that it would
// get otherwise names a Go type and no remedy.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	if err := checkKeys(conf, c); err != nil {
		return err
	}
	return conf.Unmarshal(c)
}

// Unmarshal does for the limits what it does for the whole.
func (c *LimitsConfig) Unmarshal(conf *confmap.Conf) error {
	if err := checkKeys(conf, c); err != nil {
		return err
	}
	return conf.Unmarshal(c)
}

func checkKeys(conf *confmap.Conf, config any) error {
	known := map[string]bool{}
	for field := range reflect.TypeOf(config).Elem().Fields() {
		known[field.Tag.Get("mapstructure")] = true
	}
	for _, key := range slices.Sorted(maps.Keys(conf.ToStringMap())) {
		if !known[key] {
			return fmt.Errorf("%s is no key here: remove it, or correct it to one of %s",
				key, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	return nil
}
