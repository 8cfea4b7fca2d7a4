// Package prometheus tests the alert rules of this folder.
package prometheus

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// promtool runs the tool in this folder. Without it the test is skipped, but not where RUM_REQUIRE_PROMTOOL
// says that it ought to be there.
func promtool(t *testing.T, args ...string) {
	path, err := exec.LookPath("promtool")
	if err != nil && os.Getenv("RUM_REQUIRE_PROMTOOL") == "" {
		t.Skip("promtool is not installed")
	}
	require.NoError(t, err)
	out, err := exec.Command(path, args...).CombinedOutput()
	require.NoError(t, err, string(out))
}

func files(t *testing.T, patterns ...string) (all []string) {
	for _, pattern := range patterns {
		found, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, found, pattern)
		all = append(all, found...)
	}
	return all
}

func TestRulesAreValid(t *testing.T) {
	promtool(t, append([]string{"check", "rules"}, files(t, "rules.yaml", "*.rules.yaml")...)...)
}

func TestRulesFireWhenTheyShould(t *testing.T) {
	t.Parallel() // beside those that wait
	promtool(t, append([]string{"test", "rules"}, files(t, "*_test.yaml")...)...)
}
