package embeddedpostgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.uber.org/goleak"
	"go.uber.org/zap"
)

// collectorVariable makes the test binary a Collector of its own: it starts the
// extension on the data directory it names, prints the DSN, and stops when its
// standard input ends.
const collectorVariable = "EMBEDDED_POSTGRES_TEST_COLLECTOR"

func TestMain(m *testing.M) {
	if directory := os.Getenv(collectorVariable); directory != "" {
		if err := collector(directory); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func collector(directory string) error {
	config := createDefaultConfig().(*Config)
	config.DataDirectory = directory
	config.Port = 0
	extension := newPostgres(config, zap.NewNop())
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := extension.Start(ctx, componenttest.NewNopHost()); err != nil {
		return err
	}
	fmt.Println(extension.DSN())
	_, err := os.Stdin.Read(make([]byte, 1))
	if err != nil && err.Error() == "EOF" {
		err = nil
	}
	return errors.Join(err, extension.Shutdown(ctx))
}
