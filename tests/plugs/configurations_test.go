package plugs

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// The built Collector takes each configuration that is an example.
func TestConfigurationsAreValid(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"examples/kafka/*.yaml", "examples/scale-out/*.yaml"} {
		for _, name := range glob(t, folder) {
			validate := exec.CommandContext(t.Context(), collectorBinary, "validate", "--config="+filepath.Join(root, name))
			validate.Env = append(os.Environ(),
				"ACTIVITY_DSN=postgres://collector@db/app", "ACTIVITY_REPLICA_DSN=postgres://api@replica/app",
				"ACTIVITY_TOKEN=token", "ACTIVITY_CURSOR_KEY=key")
			out, err := validate.CombinedOutput()
			require.NoError(t, err, "%s: %s", name, out)
		}
	}
}
