package activity_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadmeShowsWhatCompiles holds each piece of Go in the README against the
// examples, which are compiled and run.
func TestReadmeShowsWhatCompiles(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	stories, err := os.ReadFile("example_test.go")
	require.NoError(t, err)
	setUp, err := os.ReadFile("setup_example_test.go")
	require.NoError(t, err)
	examples := string(stories) + string(setUp)
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	require.NotEmpty(t, snippets)
	for _, snippet := range snippets {
		code := strings.TrimSuffix(snippet[1], "\n")
		indented := "\t" + strings.ReplaceAll(code, "\n", "\n\t")
		require.True(t, strings.Contains(examples, indented) || strings.Contains(examples, "\n"+code+"\n"), code)
	}
}
