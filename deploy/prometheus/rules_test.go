// Package prometheus tests the alert rules of this folder.
package prometheus

import (
	"os"
	"os/exec"
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

func TestRulesAreValid(t *testing.T) { promtool(t, "check", "rules", "rules.yaml") }

func TestRulesFireWhenTheyShould(t *testing.T) { promtool(t, "test", "rules", "rules_test.yaml") }
