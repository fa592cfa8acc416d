package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// proxy stands between the Collector and Postgres, and harms connections when it is told.
type proxy struct {
	listener net.Listener
	target   string // Postgres' socket

	// latency delays each piece that goes to Postgres, in nanoseconds.
	latency atomic.Int64
	// resets is the share of pieces at which a connection is reset, in millionths.
	resets atomic.Int64
	// silent swallows what comes, without an end to the connection.
	silent atomic.Bool
	// down refuses connections.
	down atomic.Bool
	// cutAfter cuts the next connection that has sent so many bytes; 0 none.
	cutAfter atomic.Int64

	// accepted are the connections so far, and harms what was delayed, swallowed or cut.
	accepted, harms atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]bool
}

func newProxy(ctx context.Context, target string) (*proxy, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	p := &proxy{listener: listener, target: target, conns: map[net.Conn]bool{}}
	go p.serve(ctx)
	return p, nil
}

// startProxies returns the address of Postgres behind them.
func (r *rig) startProxies(ctx context.Context) (string, error) {
	socket := filepath.Join(r.server.Folder(), ".s.PGSQL.5432")
	var hosts, ports []string
	for range r.scenario.through {
		p, err := newProxy(ctx, socket)
		if err != nil {
			return "", err
		}
		r.proxies = append(r.proxies, p)
		host, port, err := net.SplitHostPort(p.listener.Addr().String())
		if err != nil {
			return "", err
		}
		hosts, ports = append(hosts, host), append(ports, port)
	}
	direct, err := url.Parse(r.direct)
	if err != nil {
		return "", err
	}
	query := url.Values{
		"host": {strings.Join(hosts, ",")}, "port": {strings.Join(ports, ",")},
		"user": {"postgres"}, "sslmode": {"disable"}, "connect_timeout": {"3"},
	}
	return "postgres://" + direct.Path + "?" + query.Encode(), nil
}

func (p *proxy) serve(ctx context.Context) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		if p.down.Load() {
			_ = client.Close()
			continue
		}
		var dialer net.Dialer
		server, err := dialer.DialContext(ctx, "unix", p.target)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.accepted.Add(1)
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		go p.forward(server, client, true)
		go p.forward(client, server, false)
	}
}

// forward carries what one side sends to the other.
func (p *proxy) forward(to, from net.Conn, harm bool) {
	defer p.drop(to, from)
	buffer := make([]byte, 32<<10)
	sent := int64(0)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		if p.silent.Load() {
			p.harms.Add(1)
			continue
		}
		if harm && p.harmed(&sent, n) {
			return
		}
		if _, err := to.Write(buffer[:n]); err != nil {
			return
		}
	}
}

// harmed delays, and reports whether the connection must break here.
func (p *proxy) harmed(sent *int64, n int) bool {
	latency := time.Duration(p.latency.Load())
	time.Sleep(latency)
	*sent += int64(n)
	limit := p.cutAfter.Load()
	broken := limit > 0 && *sent > limit && p.cutAfter.CompareAndSwap(limit, 0) ||
		rand.Int64N(1_000_000) < p.resets.Load() //nolint:gosec // a play
	if broken || latency > 0 {
		p.harms.Add(1)
	}
	return broken
}

// waitHarm waits until a connection came to harm, and fails when none does.
func (p *proxy) waitHarm(ctx context.Context) error {
	for deadline := time.Now().Add(seenTime); p.harms.Load() == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) || ctx.Err() != nil {
			return errors.New("no connection came to harm")
		}
	}
	return nil
}

func (p *proxy) drop(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
		delete(p.conns, c)
	}
}

// cutAll ends all connections.
func (p *proxy) cutAll() {
	p.mu.Lock()
	conns := make([]net.Conn, 0, len(p.conns))
	for c := range p.conns {
		conns = append(conns, c)
	}
	p.mu.Unlock()
	p.drop(conns...)
}

func (p *proxy) close() {
	_ = p.listener.Close()
	p.cutAll()
}
