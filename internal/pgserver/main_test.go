package pgserver_test

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/otel-activity/otel-activity/internal/pgserver"
)

// parentVariable makes the test binary a parent that starts the server of the
// cluster it names, prints the server's process, and waits to be killed.
const parentVariable = "PGSERVER_TEST_PARENT_OF"

func TestMain(m *testing.M) {
	if folder := os.Getenv(parentVariable); folder != "" {
		if err := parent(folder); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	goleak.VerifyTestMain(m)
}

func parent(folder string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	binaries, err := pgserver.FindBinaries("", 0)
	if err != nil {
		return err
	}
	account, err := pgserver.LookupAccount("postgres")
	if err != nil {
		return err
	}
	cluster := pgserver.Cluster{Binaries: binaries, Folder: folder, Account: account}
	server, err := cluster.Start(ctx, os.Stderr, serverArguments...)
	if err != nil {
		return err
	}
	if err := server.WaitReady(ctx); err != nil {
		return err
	}
	fmt.Println(server.PID())
	<-ctx.Done()
	return ctx.Err()
}
