package plugs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const (
	rulesFile = "examples/prometheus/rules.yaml"
	rulesTest = "examples/prometheus/rules_test.yaml"
)

// onlyWhen are metrics that a Collector doesn't export before something happens.
var onlyWhen = map[string]string{
	"otelcol_exporter_enqueue_failed_log_records":          "the queue refuses records",
	"otelcol_exporter_send_failed_log_records":             "a write is given up",
	"otelcol_processor_memory_limiter_refused_log_records": "memory runs out",
	"activity_exporter_seals":                              "seal is on, and an hour is over",
	"activity_receiver_gaps":                               "changes are lost",
	"activity_receiver_held":                               "audit triggers record a table",
	"activity_receiver_parity":                             "a migration compares",
	"activity_receiver_reconnects":                         "a connection ends",
	"activity_api_streams":                                 "somebody looks at the live tail",
	"activity_api_stream_dropped":                          "a live tail is too slow",
	"activity_api_cache_hits":                              "an answer is asked for twice",
	// Prometheus' own.
	"up": "Prometheus looks for the Collector",
}

// Dashboard and rules name metrics that the built Collector exports, by the names that
// Prometheus gets from it.
func TestExpressionsNameWhatTheCollectorExports(t *testing.T) {
	t.Parallel()
	known := exported(t)
	for where, expr := range expressions(t) {
		for _, name := range metrics(expr) {
			if !known[name] {
				require.Contains(t, onlyWhen, name, "%s: %s", where, expr)
			}
		}
	}
	for name := range onlyWhen {
		require.False(t, known[name], "%s is there under load: take it off the list", name)
	}
}

func TestExpressionsParse(t *testing.T) {
	t.Parallel()
	type rule struct {
		Record string `yaml:"record"`
		Expr   string `yaml:"expr"`
	}
	var rules []rule
	for _, expr := range expressions(t) {
		rules = append(rules, rule{fmt.Sprintf("test:%d", len(rules)), expr})
	}
	text, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "test", "rules": rules}}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "expressions.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	promtool(t, "check", "rules", file)
}

func TestRules(t *testing.T) {
	t.Parallel()
	promtool(t, "check", "config", filepath.Join(root, "examples/prometheus/prometheus.yaml"))
	promtool(t, "check", "rules", filepath.Join(root, rulesFile))
	promtool(t, "test", "rules", filepath.Join(root, rulesTest))
}

// Each alert is tested both ways, and its runbook is there.
func TestAlertsHaveTestsAndRunbooks(t *testing.T) {
	t.Parallel()
	var tests struct {
		Tests []struct {
			Alerts []struct {
				Name     string `yaml:"alertname"`
				Expected []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		} `yaml:"tests"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, rulesTest)), &tests))
	quiet, loud := make(map[string]bool), make(map[string]bool)
	for _, test := range tests.Tests {
		for _, alert := range test.Alerts {
			quiet[alert.Name] = quiet[alert.Name] || len(alert.Expected) == 0
			loud[alert.Name] = loud[alert.Name] || len(alert.Expected) > 0
		}
	}
	guide := read(t, "docs/guide/alerts.md")
	for _, r := range readRules(t) {
		require.True(t, quiet[r.Alert], "no test holds that %s stays quiet", r.Alert)
		require.True(t, loud[r.Alert], "no test holds that %s fires", r.Alert)
		require.NotEmpty(t, r.Annotations["summary"], r.Alert)
		require.Contains(t, []string{"critical", "warning"}, r.Labels["severity"], r.Alert)
		require.Equal(t, "https://github.com/otel-activity/otel-activity/blob/main/docs/guide/alerts.md#"+strings.ToLower(r.Alert),
			r.Annotations["runbook_url"])
		require.Contains(t, guide, "\n## "+r.Alert+"\n")
	}
	require.Len(t, readRules(t), strings.Count(guide, "\n## ")-strings.Count(guide, "\n## How"), "an alert that is gone")
}

type rule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

func readRules(t *testing.T) []rule {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, rulesFile)), &file))
	var all []rule
	for _, g := range file.Groups {
		all = append(all, g.Rules...)
	}
	require.NotEmpty(t, all)
	return all
}

// expressions are those of the dashboard, with Grafana's variables filled in, and of the
// rules, by where they are.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	all := panels(t)
	for _, r := range readRules(t) {
		all[r.Alert] = r.Expr
	}
	return all
}

// panels are the expressions of the dashboard.
func panels(t *testing.T) map[string]string {
	t.Helper()
	all := make(map[string]string)
	for _, p := range readDashboard(t, pipelineDashboard).Panels {
		for _, q := range p.Targets {
			all[p.Title+" "+q.RefID] = fill(t, q.Expr)
		}
	}
	return all
}

// fill fills in Grafana's variables.
func fill(t *testing.T, expr string) string {
	t.Helper()
	expr = strings.NewReplacer("$__rate_interval", "1m", "$instance", ".*").Replace(expr)
	require.NotContains(t, expr, "$", "a variable that this test doesn't know")
	return expr
}

var (
	// notNames are the parts of an expression in which a word is no metric: comments,
	// selectors, ranges, lists of labels.
	notNames = regexp.MustCompile(`#[^\n]*|\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)`)
	// words may be functions, which have a parenthesis behind them, or keywords.
	words    = regexp.MustCompile(`\b[a-zA-Z_]\w*\b\s*\(?`)
	keywords = []string{"and", "or", "unless", "offset", "bool", "sum", "max", "min", "count"}
)

// metrics are the names in an expression.
func metrics(expr string) (names []string) {
	for _, word := range words.FindAllString(notNames.ReplaceAllString(expr, " "), -1) {
		word = strings.TrimSpace(word)
		if !strings.HasSuffix(word, "(") && !slices.Contains(keywords, word) {
			names = append(names, word)
		}
	}
	return names
}

func TestMetricsOfAnExpression(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"a_b_bucket", "c", "d"}, metrics(
		`histogram_quantile(0.9, sum by (le, x) (rate(a_b_bucket{i=~"q"}[5m]))) > 5e3 # of e
			unless on (instance) (c offset 10m) or absent(d{job="x"}) == 1`))
}
