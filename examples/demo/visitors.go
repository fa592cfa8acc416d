package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// pause is how long there is between two visits, on average: with it the shop makes
// about twenty activities a second.
const pause = 250 * time.Millisecond

var (
	shops  = [...]string{"books", "garden", "kitchen", "records"}
	cities = [...]string{"Bern", "Turin", "Lyon", "Graz", "Porto"}
	names  = [...]string{"Ada", "Grace", "Edsger", "Barbara", "Donald"}
)

// visitors act out what customers do, with the storefront's API.
type visitors struct {
	storefront, payments string
	admin                customer
	rand                 *rand.Rand
	client               *http.Client
	customers            []customer
	orders               []order
}

type customer struct {
	ID      string `json:"id"`
	Session string `json:"session"`
}

// order is one that was paid for.
type order struct {
	ID      string `json:"id"`
	Project string `json:"project"`
	owner   int
}

func newVisitors(storefront, payments, admin string) *visitors {
	return &visitors{
		storefront: storefront, payments: payments, admin: customer{ID: "admin", Session: admin},
		rand:   rand.New(rand.NewPCG(1, 0)), //nolint:gosec // the same play in each run
		client: &http.Client{Timeout: 10 * time.Second},
	}
}

// visit lets one customer after the other in until ctx is done.
func (v *visitors) visit(ctx context.Context) {
	for ctx.Err() == nil {
		// What has begun goes on to its end.
		v.act(context.WithoutCancel(ctx))
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration((0.2 + 1.6*v.rand.Float64()) * float64(pause))):
		}
	}
}

func (v *visitors) act(ctx context.Context) {
	shop := shops[min(v.rand.IntN(len(shops)), v.rand.IntN(len(shops)))]
	switch chance := v.rand.Float64(); {
	case len(v.customers) == 0 || chance < 0.08:
		v.signUp(ctx, shop)
	case chance < 0.25:
		v.logIn(ctx, shop)
	case chance < 0.65:
		v.buy(ctx, shop)
	case chance < 0.72:
		v.ask(ctx, v.someone(), http.MethodPut, "/address", shop, map[string]any{"city": cities[v.rand.IntN(len(cities))]}, nil)
	case chance < 0.80:
		v.undo(ctx, http.MethodPost, "/refund", map[string]any{"reason": "damaged in transit"})
	case chance < 0.86:
		v.undo(ctx, http.MethodDelete, "", map[string]any{})
	case chance < 0.97:
		v.parcel(ctx)
	default:
		v.ask(ctx, theAdmin, http.MethodPut, "/customers/"+v.customers[v.someone()].ID+"/role", shop, map[string]any{"role": "editor"}, nil)
	}
}

// someone is one of the customers; a few make most of the visits, as everywhere.
func (v *visitors) someone() int {
	return min(v.rand.IntN(len(v.customers)), v.rand.IntN(len(v.customers)))
}

func (v *visitors) signUp(ctx context.Context, shop string) {
	var c customer
	body := map[string]any{"name": names[v.rand.IntN(len(names))], "city": cities[v.rand.IntN(len(cities))]}
	if v.ask(ctx, nobody, http.MethodPost, "/customers", shop, body, &c) == http.StatusCreated {
		v.customers = append(v.customers, c)
	}
}

func (v *visitors) logIn(ctx context.Context, shop string) {
	who := v.someone()
	password := "right"
	if v.rand.Float64() < 0.1 {
		password = "wrong"
	}
	var c customer
	if v.ask(ctx, nobody, http.MethodPost, "/login", shop, map[string]any{"id": v.customers[who].ID, "password": password}, &c) == http.StatusOK {
		v.customers[who] = c
	}
}

func (v *visitors) buy(ctx context.Context, shop string) {
	o := order{owner: v.someone()}
	body := map[string]any{"cents": 500 + v.rand.IntN(20_000), "abandon": v.rand.Float64() < 0.1}
	if v.ask(ctx, o.owner, http.MethodPost, "/orders", shop, body, &o) == http.StatusCreated {
		v.orders = append(v.orders, o)
	}
}

// undo takes an order back, which then is no more.
func (v *visitors) undo(ctx context.Context, method, action string, body map[string]any) {
	if len(v.orders) == 0 {
		return
	}
	i := v.rand.IntN(len(v.orders))
	o := v.orders[i]
	v.orders = append(v.orders[:i], v.orders[i+1:]...)
	v.ask(ctx, o.owner, method, "/orders/"+o.ID+action, o.Project, body, nil)
}

// parcel is the parcel service, which calls the payments.
func (v *visitors) parcel(ctx context.Context) {
	if len(v.orders) == 0 {
		return
	}
	o := v.orders[v.rand.IntN(len(v.orders))]
	body := map[string]any{"order_id": o.ID, "project": o.Project, "failed": v.rand.Float64() < 0.05}
	v.send(ctx, http.MethodPost, v.payments+"/webhooks/parcels", http.Header{}, body, nil)
}

// nobody is not signed in, and theAdmin is none of the customers.
const (
	nobody   = -1
	theAdmin = -2
)

// ask sends a request of a customer, of nobody or of theAdmin, and returns the status.
func (v *visitors) ask(ctx context.Context, who int, method, path, shop string, body map[string]any, answer any) int {
	header := http.Header{"X-Shop": {shop}}
	switch {
	case who >= 0:
		header.Set("Authorization", "Bearer "+v.customers[who].Session)
	case who == theAdmin:
		header.Set("Authorization", "Bearer "+v.admin.Session)
	}
	return v.send(ctx, method, v.storefront+path, header, body, answer)
}

func (v *visitors) send(ctx context.Context, method, url string, header http.Header, body map[string]any, answer any) int {
	content, _ := json.Marshal(body) //nolint:errchkjson // texts, numbers and truth values
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(content))
	if err != nil {
		return 0
	}
	req.Header = header
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "visitor/1.0")
	resp, err := v.client.Do(req)
	if err != nil {
		fmt.Println("   a visit failed:", err)
		return 0
	}
	defer resp.Body.Close()
	if answer != nil {
		_ = json.NewDecoder(resp.Body).Decode(answer) // who has none has another status
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
