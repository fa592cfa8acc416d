package migration

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/otel-activity/otel-activity/internal/store"
)

const (
	// askPressure is the time between two questions for the pressure.
	askPressure = time.Second
	// watchedReads are how many reads the slowest is taken of.
	watchedReads = 20
)

// pace keeps the backfill from being in the application's way.
type pace struct {
	config      *Config
	application *pgxpool.Pool

	due   time.Time // when the next chunk may be read
	asked time.Time
	reads []time.Duration // the last ones
}

func newPace(s *Settings) *pace { return &pace{config: &s.Config, application: s.Application} }

// wait returns when the next chunk may be read. While the application's database is under
// pressure it returns why not, and false.
func (p *pace) wait(ctx context.Context) (pressure string, err error) {
	if now := time.Now(); now.Sub(p.asked) > askPressure {
		p.asked = now
		if pressure, err = p.pressure(ctx); err != nil || pressure != "" {
			p.reads = nil // what comes after is judged anew
			return pressure, err
		}
	}
	sleep(ctx, time.Until(p.due))
	return "", ctx.Err()
}

// took notes that a chunk was read, and puts the next one off.
func (p *pace) took(m *store.Migration, rows int, took time.Duration) {
	if p.reads = append(p.reads, took); len(p.reads) > watchedReads {
		p.reads = p.reads[1:]
	}
	rate := p.rate(m)
	if rate == 0 {
		return
	}
	// Waits that were too long are made up for, but not without an end.
	p.due = later(p.due, time.Now().Add(-time.Second)).Add(time.Duration(float64(rows) / rate * float64(time.Second)))
}

// rate bounds the rows a second; 0 is no bound. What was asked for of a migration counts
// before the configuration.
func (p *pace) rate(m *store.Migration) float64 {
	if m.Spec.RowsPerSecond > 0 {
		return m.Spec.RowsPerSecond
	}
	return max(0, p.config.RowsPerSecond)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// pressure says what the application's database suffers from; empty when from nothing.
func (p *pace) pressure(ctx context.Context) (string, error) {
	var lag float64
	var active int
	if p.config.MaxReplicationLag > 0 || p.config.MaxActiveSessions > 0 {
		if err := p.application.QueryRow(ctx, pressureSQL).Scan(&lag, &active); err != nil {
			return "", fmt.Errorf("ask for the pressure on the application's database: %w", err)
		}
	}
	slowest := time.Duration(0)
	if len(p.reads) == watchedReads {
		slowest = slices.Max(p.reads)
	}
	behind := time.Duration(lag * float64(time.Second))
	switch {
	case p.config.MaxReplicationLag > 0 && behind > p.config.MaxReplicationLag:
		return fmt.Sprintf("Waiting: a standby is %s behind (bound %s).", behind.Round(time.Second), p.config.MaxReplicationLag), nil
	case p.config.MaxActiveSessions > 0 && active > p.config.MaxActiveSessions:
		return fmt.Sprintf("Waiting: %d sessions are at work (bound %d).", active, p.config.MaxActiveSessions), nil
	case p.config.MaxReadTime > 0 && slowest > p.config.MaxReadTime:
		return fmt.Sprintf("Waiting: reading a chunk took %s (bound %s).", slowest.Round(time.Millisecond), p.config.MaxReadTime), nil
	}
	return "", nil
}
