package activityexporter

import (
	"fmt"

	"go.opentelemetry.io/collector/component"
)

// dsnSource is what the exporter asks of the extension that `postgres` names.
type dsnSource interface {
	// DSN MUST be complete once the extension has started, and stay the same
	// until it shuts down.
	DSN() string
}

// dsn is the configured one or that of the extension.
func (c *Config) dsn(host component.Host) (string, error) {
	if c.Postgres == nil {
		return string(c.DSN), nil
	}
	extension, ok := host.GetExtensions()[*c.Postgres]
	if !ok {
		return "", noExtension("postgres", c.Postgres)
	}
	source, ok := extension.(dsnSource)
	if !ok {
		return "", fmt.Errorf("postgres: extension %s runs no Postgres: name one that does, such as embedded_postgres, or set dsn instead", c.Postgres)
	}
	return source.DSN(), nil
}

// checkStorage finds what the queue finds too, but says without naming the key.
func (c *Config) checkStorage(host component.Host) error {
	if !c.QueueConfig.HasValue() || c.QueueConfig.Get().StorageID == nil {
		return nil
	}
	id := c.QueueConfig.Get().StorageID
	if _, ok := host.GetExtensions()[*id]; !ok {
		return noExtension("sending_queue::storage", id)
	}
	return nil
}

func noExtension(key string, id *component.ID) error {
	return fmt.Errorf("%s: there is no extension %s: configure it under `extensions` and list it in `service::extensions`, or correct the name", key, id)
}
