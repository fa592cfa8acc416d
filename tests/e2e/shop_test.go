package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// startShop starts both services of the example.
func startShop(t *testing.T, r *rig) (storefront *harness.Service, stop func() (delivered, dropped int)) {
	t.Helper()
	folder, dsn := t.TempDir(), pgtest.NewEmptyDSN(t)
	binary := filepath.Join(folder, "shop-go")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../examples/shop-go").CombinedOutput()
	require.NoError(t, err, string(out))
	start := func(name string, env []string, program string, args ...string) *harness.Service {
		log := filepath.Join(folder, name+".log")
		s, err := harness.StartService(t.Context(), log, env, program, args...)
		said, _ := os.ReadFile(log)
		require.NoError(t, err, string(said))
		return s
	}
	payments := start("payments", []string{
		"DATABASE_URL=" + dsn, "OTEL_EXPORTER_OTLP_ENDPOINT=http://" + r.GRPC,
		"OTEL_ACTIVITY_TIER=durable", "OTEL_ACTIVITY_SPOOL=" + filepath.Join(folder, "spool"),
	}, binary, "-listen=127.0.0.1:0")
	storefront = start("storefront", []string{
		"DATABASE_URL=" + dsn, "OTEL_EXPORTER_OTLP_ENDPOINT=http://" + r.HTTP, "PAYMENTS_URL=" + payments.URL, "PORT=0",
	}, "node", "../../examples/shop-ts/dist/main.js")
	return storefront, func() (delivered, dropped int) {
		for _, s := range []*harness.Service{storefront, payments} {
			require.NoError(t, s.Stop())
			var d, l int
			_, err := fmt.Sscanf(s.Last(), "delivered %d, dropped %d", &d, &l)
			require.NoError(t, err, s.Last())
			delivered, dropped = delivered+d, dropped+l
		}
		return delivered, dropped
	}
}

// ask sends a request of a customer and returns the status.
func ask(t *testing.T, method, url, session string, body, answer any) int {
	t.Helper()
	content, err := json.Marshal(body)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(content))
	require.NoError(t, err)
	req.Header = http.Header{"Content-Type": {"application/json"}, "X-Shop": {"books"}, "Authorization": {"Bearer " + session}}
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer resp.Body.Close()
	if answer != nil {
		require.NoError(t, json.NewDecoder(resp.Body).Decode(answer))
	}
	return resp.StatusCode
}

// TestOneTraceGoesThroughBothSDKs lets a customer buy something: the storefront in
// TypeScript, what it writes, the payment service in Go, what that writes, and the bank's
// answer are one trace, one actor, one project and one operation in the table.
func TestOneTraceGoesThroughBothSDKs(t *testing.T) {
	t.Parallel()
	r := newRig(t, pgtest.NewDSN(t))
	storefront, stop := startShop(t, r)
	var customer struct{ ID, Session string }
	require.Equal(t, http.StatusCreated, ask(t, http.MethodPost, storefront.URL+"/customers", "", map[string]any{"name": "Ada", "city": "Bern"}, &customer))
	var order struct{ ID string }
	for status := 0; status != http.StatusCreated; { // the bank declines some
		status = ask(t, http.MethodPost, storefront.URL+"/orders", customer.Session, map[string]any{"cents": 1250}, &order)
		require.Contains(t, []int{http.StatusCreated, http.StatusPaymentRequired}, status)
	}
	require.Equal(t, http.StatusOK, ask(t, http.MethodPost, storefront.URL+"/orders/"+order.ID+"/refund", customer.Session, map[string]any{"reason": "damaged"}, nil))
	require.Equal(t, http.StatusConflict, ask(t, http.MethodPost, storefront.URL+"/orders/"+order.ID+"/refund", customer.Session, map[string]any{"reason": "again"}, nil))
	require.Equal(t, http.StatusConflict, ask(t, http.MethodDelete, storefront.URL+"/orders/"+order.ID, customer.Session, map[string]any{}, nil))
	require.Equal(t, http.StatusForbidden, ask(t, http.MethodPut, storefront.URL+"/customers/"+customer.ID+"/role", customer.Session, map[string]any{"role": "admin"}, nil))
	delivered, dropped := stop()
	require.Zero(t, dropped)
	r.waitCount(t, delivered, 20*time.Second)
	require.Equal(t, delivered, r.count(t.Context(), t))

	rows, err := r.pool.Query(t.Context(), `
		SELECT service_name || ' ' || source || ' ' || action || ' ' || status FROM activity.activity
		WHERE actor_id = $1 AND project_id = 'books' AND operation_id IS NOT NULL AND trace_id =
			(SELECT trace_id FROM activity.activity WHERE entity_id = $2 AND action = 'order.place')`, customer.ID, order.ID)
	require.NoError(t, err)
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.ElementsMatch(t, []string{
		"payments database payment.insert success",
		"payments integration api.post success",
		"payments user payment.charge pending",
		"payments user payment.charge success",
		"payments user POST /payments success",
		"storefront database shop_order.insert success",
		"storefront database shop_order.update success",
		"storefront integration api.post success",
		"storefront user order.place success",
	}, got)

	var changes string
	require.NoError(t, r.pool.QueryRow(t.Context(),
		"SELECT changes FROM activity.activity WHERE action = 'payment.update' AND reason = 'damaged'").Scan(&changes))
	require.JSONEq(t, `{"before": {"status": "captured"}, "after": {"status": "refunded"}, "fields": ["status"]}`, changes)
}

// hostile is an application that records what no JSON can hold.
const hostile = `
const circular = {}; circular.self = circular
const { recorder, flush, shutdown, delivered, dropped } = await import(%q).then(({ setup }) => {
	const p = setup({ serviceName: 'hostile', global: false })
	return { recorder: p.recorder, flush: () => p.flush(), shutdown: () => p.shutdown(), delivered: () => p.delivered(), dropped: () => p.dropped() }
})
const values = [Number.NaN, Infinity, 2n ** 80n, 2 ** 53, circular, () => 1, Symbol('s'), 'lone \uD800', new Date(NaN), Uint8Array.of(0, 255), 'a\u0000b', undefined, [undefined], new Map([[1, 2]])]
for (const v of values) recorder.logActivity({ action: 'hostile.value', details: String(typeof v), metadata: { v } })
for (const timestamp of [new Date('1960-01-01'), new Date('9999-01-01'), -1, 'x']) recorder.logActivity({ action: 'hostile.time', timestamp })
recorder.logActivity({}); recorder.logActivity({ action: 'x'.repeat(100_000) }); recorder.logActivity({ action: 'hostile.huge', metadata: { x: 'y'.repeat(3_000_000) } })
await shutdown()
console.log(values.length + 7, delivered(), dropped())
`

// The Collector refuses a whole request of OTLP/JSON for one value that it can't read; what
// the SDK for TypeScript sends, it takes.
func TestTheCollectorTakesWhateverTypeScriptRecords(t *testing.T) {
	t.Parallel()
	r := newRig(t, pgtest.NewDSN(t))
	sdk, err := filepath.Abs("../../js/sdk/dist/index.js")
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), "node", "--input-type=module", "--eval", fmt.Sprintf(hostile, sdk))
	cmd.Env = append(os.Environ(), "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+r.HTTP)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	var recorded, delivered, dropped int
	_, err = fmt.Sscan(string(out), &recorded, &delivered, &dropped)
	require.NoError(t, err, string(out))
	require.Equal(t, recorded, delivered)
	require.Zero(t, dropped)
	r.waitCount(t, recorded, 20*time.Second)
	require.Equal(t, recorded, r.count(t.Context(), t))
}
