package activityapi

import (
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/extensionauth"
)

// dsnSource is what the API asks of the extension that `postgres` names.
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
		return "", noExtension("postgres", *c.Postgres)
	}
	source, ok := extension.(dsnSource)
	if !ok {
		return "", fmt.Errorf("postgres: extension %s runs no Postgres: name one that does, such as embedded_postgres, or set dsn instead", c.Postgres)
	}
	return source.DSN(), nil
}

// authenticator is nil when nobody has to say who they are.
func (c *Config) authenticator(host component.Host) (extensionauth.Server, error) {
	if !c.HTTP.Auth.HasValue() {
		return nil, nil //nolint:nilnil // none is not an error
	}
	id := c.HTTP.Auth.Get().Config.AuthenticatorID
	extension, ok := host.GetExtensions()[id]
	if !ok {
		return nil, noExtension("http::auth::authenticator", id)
	}
	server, ok := extension.(extensionauth.Server)
	if !ok {
		return nil, fmt.Errorf("http::auth::authenticator: extension %s authenticates no clients: name one that does, such as bearertokenauth or oidc", id)
	}
	return server, nil
}

func noExtension(key string, id component.ID) error {
	return fmt.Errorf("%s: there is no extension %s: configure it under `extensions` and list it in `service::extensions`, or correct the name", key, id)
}
