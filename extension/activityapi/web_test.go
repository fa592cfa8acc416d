package activityapi

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' https://api.example.com; " +
	"font-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"

func TestPageIsServedWithItsHeaders(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.UI.ConnectSrc = []string{"https://api.example.com"} }, nil)
	for _, path := range []string{"/", "/index.html", "/explore", "/entities/order/4.711"} {
		response := r.do(http.MethodGet, path, nil)
		require.Equal(t, http.StatusOK, response.StatusCode, path)
		h := response.Header
		require.Equal(t, "text/html; charset=utf-8", h.Get("Content-Type"))
		require.Equal(t, pagePolicy, h.Get("Content-Security-Policy"))
		require.Equal(t, "nosniff", h.Get("X-Content-Type-Options"))
		require.Equal(t, "no-referrer", h.Get("Referrer-Policy"))
		require.NotEmpty(t, h.Get("ETag"))

		same := r.do(http.MethodGet, path, http.Header{"If-None-Match": {h.Get("ETag")}})
		require.Equal(t, http.StatusNotModified, same.StatusCode)
	}
	require.Equal(t, http.StatusNotFound, r.do(http.MethodGet, "/missing.js", nil).StatusCode)
	require.Equal(t, http.StatusMethodNotAllowed, r.do(http.MethodPost, "/", nil).StatusCode)
}

func TestPageIsCompressedForWhoTakesIt(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	plain := r.do(http.MethodGet, "/", nil)
	small := r.do(http.MethodGet, "/", http.Header{"Accept-Encoding": {"gzip;q=1.0"}})
	require.Equal(t, "gzip", small.Header.Get("Content-Encoding"))
	require.NotEqual(t, plain.Header.Get("ETag"), small.Header.Get("ETag"), "a strong tag is of one form")
	unpacked, err := gzip.NewReader(small.Body)
	require.NoError(t, err)
	want, err := io.ReadAll(plain.Body)
	require.NoError(t, err)
	got, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
	refused := r.do(http.MethodGet, "/", http.Header{"Accept-Encoding": {"gzip;q=0"}})
	require.Empty(t, refused.Header.Get("Content-Encoding"))
}

func TestBasePath(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) {
		c.BasePath = "/tools/activity"
		c.UI.FrameAncestors = []string{"https://app.example.com"}
	}, nil)
	response := r.do(http.MethodGet, "/", nil)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), `<base href="/tools/activity/">`)
	require.Contains(t, response.Header.Get("Content-Security-Policy"), "frame-ancestors https://app.example.com;")
	var got me
	r.json("/me", &got)
	require.True(t, got.AllProjects)

	outside := *r
	outside.url = strings.TrimSuffix(r.url, "/tools/activity")
	require.Equal(t, http.StatusNotFound, outside.do(http.MethodGet, "/", nil).StatusCode)
}

func TestPageCanBeOff(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *Config) { c.UI.Enabled = false }, nil)
	status, _ := r.get("/")
	require.Equal(t, http.StatusNotFound, status)
	var got me
	r.json("/me", &got)
}

func TestDocsShowTheContract(t *testing.T) {
	t.Parallel()
	r := start(t, nil, nil)
	_, contract := r.get("/api/v1/openapi.yaml")
	require.Contains(t, contract, "openapi: 3.1.0")
	response := r.do(http.MethodGet, "/api/v1/docs", nil)
	require.Equal(t, "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", response.Header.Get("Content-Security-Policy"))
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), "<code>/activities/histogram</code>")
	require.Contains(t, string(body), "<code>projectId</code>")
	require.NotContains(t, string(body), "<style")
	require.NotContains(t, string(body), "<script")
}
