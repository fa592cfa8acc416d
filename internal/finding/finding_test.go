package finding_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
)

func TestWorst(t *testing.T) {
	t.Parallel()
	require.Equal(t, finding.OK, finding.Worst(nil))
	require.Equal(t, finding.Warning, finding.Worst([]finding.Finding{
		{Severity: finding.Info}, {Severity: finding.Warning}, {Severity: finding.OK},
	}))
}

func TestJSONHasTheWord(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(finding.Finding{Check: "queue.memory", Severity: finding.Error, What: "it is"})
	require.NoError(t, err)
	require.JSONEq(t, `{"check": "queue.memory", "severity": "error", "what": "it is"}`, string(text))
	var back finding.Finding
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, finding.Error, back.Severity)
	require.ErrorContains(t, json.Unmarshal([]byte(`{"severity": "fatal"}`), &back), `"fatal" is no severity`)
	require.Equal(t, "severity 9", finding.Severity(9).String())
}
