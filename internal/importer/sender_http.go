package importer

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	spb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/proto"
)

var _ Sender = (*httpSender)(nil)

type httpSender struct {
	url      string
	client   *http.Client
	headers  map[string]string
	compress bool
}

func newHTTPSender(url string, tlsConfig *tls.Config, headers map[string]string, compress bool) *httpSender {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = tlsConfig
	transport.MaxIdleConnsPerHost = 64
	return &httpSender{url: url, client: &http.Client{Transport: transport}, headers: headers, compress: compress}
}

const (
	protobufType    = "application/x-protobuf"
	maxResponseBody = 1 << 20
)

func (s *httpSender) Send(ctx context.Context, logs plog.Logs) (Answer, error) {
	request, err := s.request(ctx, logs)
	if err != nil {
		return Answer{}, &SendError{Verdict: Refused, Err: err}
	}
	response, err := s.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return Answer{}, ctx.Err()
		}
		return Answer{}, &SendError{Verdict: TryAgain, Err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxResponseBody))
	if err != nil {
		return Answer{}, &SendError{Verdict: TryAgain, Err: err}
	}
	if response.StatusCode/100 != 2 {
		return Answer{}, httpError(response, body)
	}
	if !strings.HasPrefix(response.Header.Get("Content-Type"), protobufType) {
		return Answer{}, &SendError{Verdict: Stop, Err: fmt.Errorf("%s answers %q, which is not OTLP", s.url, response.Header.Get("Content-Type"))}
	}
	answer := plogotlp.NewExportResponse()
	if err := answer.UnmarshalProto(body); err != nil {
		return Answer{}, &SendError{Verdict: TryAgain, Err: fmt.Errorf("read the answer: %w", err)}
	}
	return Answer{Rejected: answer.PartialSuccess().RejectedLogRecords(), Message: answer.PartialSuccess().ErrorMessage()}, nil
}

func (s *httpSender) request(ctx context.Context, logs plog.Logs) (*http.Request, error) {
	body, err := plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
	if err != nil {
		return nil, err
	}
	if s.compress {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write(body); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		body = b.Bytes()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range s.headers {
		request.Header.Set(name, value)
	}
	request.Header.Set("Content-Type", protobufType)
	if s.compress {
		request.Header.Set("Content-Encoding", "gzip")
	}
	return request, nil
}

func (s *httpSender) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

func httpError(response *http.Response, body []byte) *SendError {
	e := &SendError{Verdict: Refused, RetryAfter: retryAfter(response.Header.Get("Retry-After"), time.Now())}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		e.Verdict = TryAgain
	case http.StatusRequestEntityTooLarge:
		e.Verdict = TooLarge
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusUnsupportedMediaType:
		e.Verdict = Stop
	}
	message := strings.TrimSpace(string(body))
	var st spb.Status
	if strings.HasPrefix(response.Header.Get("Content-Type"), protobufType) && proto.Unmarshal(body, &st) == nil {
		message = st.GetMessage()
	}
	e.Err = fmt.Errorf("%s: %s", response.Status, shorten(message, 200))
	return e
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(value string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(value); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
