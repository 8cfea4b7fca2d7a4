// Package deploy tests that the configurations of this folder start.
package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/otelcol-rum/otelcol-rum/internal/distrotest"
)

func read(t *testing.T, file string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	content := map[string]any{}
	require.NoError(t, yaml.Unmarshal(text, &content), file)
	return content
}

// configurations of the Collector, in files of their own and within others.
func configurations(t *testing.T) map[string]any {
	t.Helper()
	operator := read(t, "operator/opentelemetrycollector.yaml")
	return map[string]any{
		"compose":    read(t, "compose/config.yaml"),
		"kubernetes": read(t, "kubernetes/config.yaml"),
		"operator":   operator["spec"].(map[string]any)["config"],
		"helm":       read(t, "helm/values.yaml")["alternateConfig"],
	}
}

func TestConfigurationsAreValid(t *testing.T) {
	binary := distrotest.Binary(t)
	for name, config := range configurations(t) {
		text, err := yaml.Marshal(config)
		require.NoError(t, err)
		cmd := exec.Command(binary, append([]string{"validate"}, distrotest.Config(t, string(text))...)...)
		cmd.Env = append(os.Environ(), "RUM_SAMPLING_SALT=x")
		out, err := cmd.CombinedOutput()
		assert.NoError(t, err, "%s: %s", name, out)
	}
}

// What a probe, a scrape or a browser asks for must be open to it.
func TestConfigurationsListenOutside(t *testing.T) {
	for name, config := range configurations(t) {
		text, err := yaml.Marshal(config)
		require.NoError(t, err)
		assert.Contains(t, string(text), "endpoint: 0.0.0.0:4319", name)
		assert.Contains(t, string(text), "endpoint: 0.0.0.0:13133", name)
	}
}

// A shutdown with a backend that hangs takes over half a minute, and every way to run it must wait as long.
func TestShutdownsAreWaitedFor(t *testing.T) {
	for file, words := range map[string]string{
		"compose/compose.yaml": "stop_grace_period: 45s", "systemd/otelcol-rum.service": "TimeoutStopSec=45s", "kubernetes/deployment.yaml": "terminationGracePeriodSeconds: 45",
		"operator/opentelemetrycollector.yaml": "terminationGracePeriodSeconds: 45", "helm/values.yaml": "terminationGracePeriodSeconds: 45",
	} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Contains(t, string(text), words, file)
	}
}

func TestTheUnitIsSound(t *testing.T) {
	tool, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	text, err := os.ReadFile("systemd/otelcol-rum.service")
	require.NoError(t, err)
	unit := filepath.Join(t.TempDir(), "otelcol-rum.service")
	// It looks whether the program is there, so that stands in which is.
	require.NoError(t, os.WriteFile(unit, []byte(strings.ReplaceAll(string(text), "/usr/bin/otelcol-rum", "/bin/true")), 0o600))
	out, err := exec.Command(tool, "verify", "--man=no", unit).CombinedOutput()
	assert.NoError(t, err, string(out))
	assert.Empty(t, strings.TrimSpace(string(out)))
}
