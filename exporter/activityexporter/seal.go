package activityexporter

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"time"

	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-activity/otel-activity/internal/seal"
	"github.com/otel-activity/otel-activity/internal/store"
)

var _ confmap.Unmarshaler = (*SealConfig)(nil)

// SealConfig makes the exporter seal the hours that are over, so that tampering with
// the trail shows. Whoever has the key can make seals: where the Collector shouldn't,
// leave this out and run `activityctl seal` elsewhere.
type SealConfig struct {
	// SigningKeyFile is the file with the private key, an Ed25519 key in PEM as
	// `activityctl seal keygen` makes it. Either it or SigningKey must be set.
	SigningKeyFile string `mapstructure:"signing_key_file"`

	// SigningKey is the private key itself, such as ${env:ACTIVITY_SEAL_KEY}.
	SigningKey configopaque.String `mapstructure:"signing_key"`

	// Delay is how long after its end an hour counts as over; default 15m. What
	// comes later gets a seal of its own.
	Delay time.Duration `mapstructure:"delay"`
}

// Unmarshal does for the seals what Config's does for the whole.
func (c *SealConfig) Unmarshal(conf *confmap.Conf) error {
	if err := checkKeys(conf, c); err != nil {
		return err
	}
	return conf.Unmarshal(c)
}

// Validate reads no file: that is for the start.
func (c *SealConfig) Validate() error {
	switch {
	case (c.SigningKey == "") == (c.SigningKeyFile == ""):
		return errors.New("set either signing_key_file or signing_key; `activityctl seal keygen` makes a key")
	case c.Delay < 0:
		return fmt.Errorf("delay is %s: set it to 0 or more, or remove it for the default of %s", c.Delay, store.DefaultSealDelay)
	case c.SigningKey != "":
		if _, err := seal.ParsePrivateKey([]byte(c.SigningKey)); err != nil {
			return fmt.Errorf("signing_key: %w", err)
		}
	}
	return nil
}

func (c *SealConfig) key() (ed25519.PrivateKey, error) {
	text := []byte(c.SigningKey)
	if c.SigningKeyFile != "" {
		var err error
		if text, err = os.ReadFile(c.SigningKeyFile); err != nil {
			return nil, fmt.Errorf("seal::signing_key_file: %w", err)
		}
	}
	key, err := seal.ParsePrivateKey(text)
	if err != nil {
		return nil, fmt.Errorf("seal::signing_key_file: %w", err)
	}
	return key, nil
}

func (c *Config) validateSeal() error {
	if c.Seal.HasValue() && c.MaintenanceInterval == 0 {
		return errors.New("seal needs maintenance_interval: the hours are sealed with each run of the maintenance")
	}
	return nil
}

// sealingKey is the key to seal with, nil when there is nothing to seal.
func (c *Config) sealingKey() (ed25519.PrivateKey, error) {
	if !c.Seal.HasValue() {
		return nil, nil
	}
	return c.Seal.Get().key()
}

// startSealing looks for hours to seal beside the maintenance: the first time there
// may be years of them, and partitions don't wait for that.
func (e *activityExporter) startSealing(ctx context.Context, key ed25519.PrivateKey) {
	if key == nil {
		return
	}
	e.running.Go(func() {
		e.repeat(ctx, workSeal, "Sealing has to wait.", func(ctx context.Context) error {
			if err := e.schema.pass(ctx); err != nil {
				return err
			}
			seals, err := e.database.seal(ctx, key, e.config.Seal.Get().Delay)
			e.telemetry.sealed(ctx, seals)
			return err
		})
	})
}
