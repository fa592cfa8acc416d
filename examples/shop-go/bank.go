package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// bank is somebody else's service: it is slow at times, and declines some cards.
type bank struct {
	url    string
	server *http.Server
}

const (
	declined = 0.05
	slow     = 0.03
)

func openBank(ctx context.Context) (*bank, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the bank: %w", err)
	}
	b := &bank{url: "http://" + listener.Addr().String(), server: &http.Server{Handler: http.HandlerFunc(decide), ReadHeaderTimeout: time.Second}}
	go b.server.Serve(listener) //nolint:errcheck // it ends with close
	return b, nil
}

func (b *bank) close() { _ = b.server.Close() }

//nolint:gosec // a play
func decide(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	time.Sleep(time.Duration(2+rand.IntN(10)) * time.Millisecond)
	if rand.Float64() < slow {
		time.Sleep(300 * time.Millisecond)
	}
	if rand.Float64() < declined {
		w.WriteHeader(http.StatusPaymentRequired)
	}
}

// askBank is the call of another system. The transport records it.
func (s *service) askBank(ctx context.Context, p *payment) error {
	body, err := json.Marshal(map[string]any{"cents": p.Cents, "reference": p.OrderID})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+"/charges", bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := s.bank.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errDeclined
	}
	return nil
}
