package activityhttp_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/activityhttp"
	"github.com/otel-activity/otel-activity/activity/internal/capture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shop is a real server whose requests are recorded.
func shop(t *testing.T, opts ...activityhttp.Option) (*httptest.Server, *capture.Records) {
	t.Helper()
	recorder, records := capture.NewRecorder()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders/{id}", func(_ http.ResponseWriter, r *http.Request) {
		recorder.Record(r.Context(), activity.Activity{Action: "order.view"})
	})
	mux.HandleFunc("POST /orders/{id}/refund", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, activity.ActorFrom(r.Context()).ID+" "+activity.ProjectFrom(r.Context()))
	})
	mux.HandleFunc("DELETE /orders/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	mux.HandleFunc("PUT /panic", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("PUT /slow", func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // until then net/http doesn't see that the client goes
		<-r.Context().Done()
	})
	mux.HandleFunc("POST /stream", func(w http.ResponseWriter, _ *http.Request) {
		if http.NewResponseController(w).Flush() == nil {
			_, _ = io.WriteString(w, "flushed")
		}
	})
	mux.HandleFunc("POST /quiet", func(http.ResponseWriter, *http.Request) {})
	opts = append([]activityhttp.Option{activityhttp.Via(recorder)}, opts...)
	server := httptest.NewServer(activityhttp.Middleware(opts...)(mux))
	t.Cleanup(server.Close)
	return server, records
}

func call(ctx context.Context, t *testing.T, client *http.Client, method, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader("body"))
	require.NoError(t, err)
	resp, err := client.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(body)
}

func TestMiddlewareRecordsWhatChangesSomething(t *testing.T) {
	t.Parallel()
	server, records := shop(t,
		activityhttp.WithActor(func(r *http.Request) activity.Actor { return activity.Actor{ID: r.Header.Get("User-Agent")} }),
		activityhttp.WithOnBehalfOf(func(*http.Request) activity.OnBehalfOf { return activity.OnBehalfOf{ID: "u-2"} }),
		activityhttp.WithProject(func(*http.Request) string { return "acme" }))
	_, body := call(t.Context(), t, server.Client(), http.MethodPost, server.URL+"/orders/4711/refund?secret=1")
	require.Equal(t, "Go-http-client/1.1 acme", body)

	got := records.Attributes(0)
	require.Equal(t, "POST /orders/{id}/refund", records.Name(0))
	require.Greater(t, got["activity.duration"], 0.0)
	delete(got, "activity.duration")
	delete(got, "log.record.uid")
	require.Equal(t, map[string]any{
		"activity.action": "POST /orders/{id}/refund", "activity.source": "user", "activity.status": "success",
		"user.id": "Go-http-client/1.1", "activity.on_behalf_of.id": "u-2", "activity.project.id": "acme",
		"client.address": "127.0.0.1", "user_agent.original": "Go-http-client/1.1",
		"http.request.method": "POST", "http.route": "/orders/{id}/refund", "url.path": "/orders/4711/refund",
		"http.response.status_code": int64(200),
	}, got)

	call(t.Context(), t, server.Client(), http.MethodGet, server.URL+"/orders/4711")
	require.Equal(t, "order.view", records.Name(1), "a request that changes nothing is not recorded")
	require.Equal(t, "acme", records.Attributes(1)["activity.project.id"])
	require.Equal(t, 2, records.Len())
}

func TestMiddlewareTellsHowItWent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		method, path, action, status, errorType string
		code                                    any
	}{
		"a refusal":    {http.MethodDelete, "/orders/1", "DELETE /orders/{id}", "failure", "403", int64(403)},
		"no such path": {http.MethodPost, "/nowhere", "POST", "failure", "404", int64(404)},
		"a panic":      {http.MethodPut, "/panic", "PUT", "failure", "panic", nil},
		"nothing said": {http.MethodPost, "/quiet", "POST /quiet", "success", "", int64(200)},
		"a stream":     {http.MethodPost, "/stream", "POST /stream", "success", "", int64(200)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, records := shop(t)
			call(t.Context(), t, server.Client(), test.method, server.URL+test.path)
			records.Wait(t, 1)
			got := records.Attributes(0)
			require.Equal(t, test.action, records.Name(0))
			require.Equal(t, test.status, got["activity.status"])
			require.Equal(t, test.code, got["http.response.status_code"])
			if test.errorType != "" {
				require.Equal(t, test.errorType, got["error.type"])
			}
		})
	}
}

func TestAClientThatGoesCancels(t *testing.T) {
	t.Parallel()
	server, records := shop(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	call(ctx, t, server.Client(), http.MethodPut, server.URL+"/slow")
	records.Wait(t, 1)
	require.Equal(t, "canceled", records.Attributes(0)["activity.status"])
}

func TestForwardedAddressesAreBelievedWhenAsked(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]activityhttp.Option{nil, {activityhttp.TrustForwarded()}} {
		recorder, records := capture.NewRecorder()
		handler := activityhttp.Middleware(append(opts, activityhttp.Via(recorder))...)(http.NotFoundHandler())
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		req.Header.Set("X-Forwarded-For", "198.51.100.7, 10.0.0.1")
		handler.ServeHTTP(httptest.NewRecorder(), req)
		want := "192.0.2.1"
		if opts != nil {
			want = "198.51.100.7"
		}
		require.Equal(t, want, records.Attributes(0)["client.address"])
	}
}

func TestBaggageGoesThroughBoth(t *testing.T) {
	t.Parallel()
	server, records := shop(t, activityhttp.Baggage())
	recorder, calls := capture.NewRecorder()
	client := &http.Client{Transport: activityhttp.Transport(server.Client().Transport, activityhttp.Baggage(), activityhttp.Via(recorder))}
	ctx := activity.WithActor(t.Context(), activity.Actor{ID: "u-42"})
	ctx = activity.WithOperation(activity.WithProject(ctx, "acme"), "op-1")
	_, body := call(ctx, t, client, http.MethodPost, server.URL+"/orders/1/refund")
	require.Equal(t, "u-42 acme", body)
	require.Equal(t, "op-1", records.Attributes(0)["activity.operation.id"])
	require.Equal(t, "op-1", calls.Attributes(0)["activity.operation.id"])
}

func TestTransportRecordsCalls(t *testing.T) {
	t.Parallel()
	server, _ := shop(t)
	recorder, records := capture.NewRecorder()
	client := &http.Client{Transport: activityhttp.Transport(server.Client().Transport, activityhttp.Via(recorder))}
	status, _ := call(t.Context(), t, client, http.MethodDelete, server.URL+"/orders/1?secret=1")
	require.Equal(t, http.StatusForbidden, status)
	call(t.Context(), t, client, http.MethodGet, server.URL+"/orders/1")
	require.Equal(t, 1, records.Len())
	got := records.Attributes(0)
	require.Equal(t, "api.delete", records.Name(0))
	require.Equal(t, "integration", got["activity.source"])
	require.Equal(t, "failure", got["activity.status"])
	require.Equal(t, "/orders/1", got["activity.entity.id"])
	require.Equal(t, "127.0.0.1", got["server.address"])

	boom := errors.New("boom")
	failing := activityhttp.Transport(roundTripper(func(*http.Request) (*http.Response, error) { return nil, boom }), activityhttp.Via(recorder))
	req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://example.org/x", nil)
	resp, err := failing.RoundTrip(req) //nolint:bodyclose // there is none
	require.Nil(t, resp)
	require.Equal(t, boom, err)
	require.Equal(t, "boom", records.Attributes(1)["exception.message"])
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func ExampleMiddleware() {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders/{id}/refund", func(http.ResponseWriter, *http.Request) {})

	record := activityhttp.Middleware(
		activityhttp.WithActor(func(r *http.Request) activity.Actor {
			return activity.Actor{ID: r.Header.Get("X-Authenticated-User")}
		}),
		activityhttp.WithProject(func(r *http.Request) string { return r.PathValue("project") }))
	_ = &http.Server{Handler: record(mux), ReadHeaderTimeout: 5 * time.Second}
}

func ExampleTransport() {
	_ = &http.Client{Transport: activityhttp.Transport(nil, activityhttp.Baggage())}
}
