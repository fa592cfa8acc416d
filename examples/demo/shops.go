package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/otel-activity/otel-activity/internal/harness"
)

// runShops lets customers visit the shop until the time is over or Ctrl-C.
func (d *demo) runShops(ctx context.Context, limit time.Duration) error {
	say("3. Opening the shop: a storefront in TypeScript, payments in Go")
	if err := d.command(ctx, nil, "go", "build", "-o", d.path("shop-go"), "./examples/shop-go"); err != nil {
		return err
	}
	payments, err := d.startPayments(ctx)
	if err != nil {
		return err
	}
	storefront, err := d.startStorefront(ctx, payments.URL)
	if err != nil {
		return errors.Join(err, payments.Stop())
	}
	say("   Customers visit it%s", duration(limit))
	d.tellWhereToLook()
	if limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	v := newVisitors(storefront.URL, payments.URL, d.admin)
	watching := make(chan struct{})
	go func() {
		defer close(watching)
		d.watch(ctx)
	}()
	v.visit(ctx)
	<-watching
	// The storefront first: it calls the payments.
	return errors.Join(d.close("storefront", storefront), d.close("payments", payments))
}

// shopDSN is where the shop keeps its own tables: in the same Postgres, in schemas of
// its own. Its password is in it, since not every driver reads password files.
func (d *demo) shopDSN() (string, error) {
	config, err := pgx.ParseConfig(d.dsn())
	if err != nil {
		return "", fmt.Errorf("read the database's password: %w", err)
	}
	dsn := url.URL{
		Scheme: "postgres", User: url.UserPassword(config.User, config.Password),
		Host: config.Host + ":" + strconv.Itoa(int(config.Port)), Path: config.Database,
	}
	return dsn.String(), nil
}

func (d *demo) startPayments(ctx context.Context) (*harness.Service, error) {
	dsn, err := d.shopDSN()
	if err != nil {
		return nil, err
	}
	// Durable: what was paid must be in the trail though the service is killed.
	return harness.StartService(ctx, d.path("payments.log"), []string{
		"DATABASE_URL=" + dsn, "OTEL_EXPORTER_OTLP_ENDPOINT=http://" + otlpEndpoint,
		"OTEL_ACTIVITY_TIER=durable", "OTEL_ACTIVITY_SPOOL=" + d.path("spool"),
	}, d.path("shop-go"), "-listen=127.0.0.1:0")
}

func (d *demo) startStorefront(ctx context.Context, paymentsURL string) (*harness.Service, error) {
	dsn, err := d.shopDSN()
	if err != nil {
		return nil, err
	}
	return harness.StartService(ctx, d.path("storefront.log"), []string{
		"DATABASE_URL=" + dsn, "OTEL_EXPORTER_OTLP_ENDPOINT=http://" + otlpHTTPEndpoint,
		"PAYMENTS_URL=" + paymentsURL, "PORT=0", "ADMIN_SESSION=" + d.admin,
	}, "node", filepath.Join(d.root, "examples/shop-ts/dist/main.js"))
}

// close ends a service and notes how many activities it had.
func (d *demo) close(name string, s *harness.Service) error {
	if err := s.Stop(); err != nil {
		return err
	}
	var delivered, dropped int
	if _, err := fmt.Sscanf(s.Last(), "delivered %d, dropped %d", &delivered, &dropped); err != nil {
		return fmt.Errorf("the last line of %s is %q: %w", name, s.Last(), err)
	}
	d.sent[name] = delivered
	d.dropped += dropped
	return nil
}

// watch prints how many activities there are, and where one order can be seen whole.
func (d *demo) watch(ctx context.Context) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	told := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if stored, err := d.stored(ctx); err == nil {
			say("   %d activities stored", total(stored))
		}
		if trace, err := d.paidOrder(ctx); err == nil && !told {
			told = true
			say("   One order through both services, and the rows that it changed: %s?query=trace:%s", pageURL, trace)
		}
	}
}

// paidOrder returns the trace of an order that was paid for, in which row changes were
// read from the log too.
func (d *demo) paidOrder(ctx context.Context) (trace string, err error) {
	conn, err := pgx.Connect(ctx, d.dsn())
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	const order = `SELECT encode(c.trace_id, 'hex')
		FROM activity.activity AS c
		JOIN activity.activity AS r ON r.trace_id = c.trace_id AND r.attributes ->> 'postgresql.xid' IS NOT NULL
		WHERE c.action = 'payment.charge' AND c.status = 'success'
		LIMIT 1`
	err = conn.QueryRow(ctx, order).Scan(&trace)
	return trace, err
}

func duration(limit time.Duration) string {
	if limit == 0 {
		return "; Ctrl-C ends it"
	}
	return " for " + limit.String()
}
