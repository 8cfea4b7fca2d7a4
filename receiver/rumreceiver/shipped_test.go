package rumreceiver

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// shippedConfigurations are those that people start from: the examples, what is deployed, the README's.
func shippedConfigurations(t *testing.T) map[string]map[string]any {
	found := map[string]map[string]any{}
	add := func(name, text string) {
		for part := range strings.SplitSeq(text, "\n---\n") {
			var document any
			if yaml.Unmarshal([]byte(part), &document) == nil {
				if config := configurationIn(document); config != nil {
					found[name] = config
				}
			}
		}
	}
	for _, pattern := range []string{"../../examples/configs/*.yaml", "../../deploy/*/*.yaml"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			add(file, string(text))
		}
	}
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, rest, ok := strings.Cut(string(readme), "```yaml\n")
	require.True(t, ok)
	simplest, _, _ := strings.Cut(rest, "```")
	add("README.md", simplest)
	return found
}

// configurationIn a document, which may hold it as a part.
func configurationIn(document any) map[string]any {
	object, _ := document.(map[string]any)
	if object["exporters"] != nil && object["service"] != nil {
		return object
	}
	for _, member := range object {
		if config := configurationIn(member); config != nil {
			return config
		}
	}
	return nil
}

func TestEveryShippedConfigurationBoundsItsMemory(t *testing.T) {
	all := shippedConfigurations(t)
	assert.GreaterOrEqual(t, len(all), 12)
	for name, config := range all {
		t.Run(filepath.Base(name), func(t *testing.T) {
			for pipeline, section := range config["service"].(map[string]any)["pipelines"].(map[string]any) {
				processors, _ := section.(map[string]any)["processors"].([]any)
				if assert.NotEmpty(t, processors, pipeline) {
					assert.Equal(t, "memory_limiter", processors[0], pipeline)
				}
			}
			for exporter, section := range config["exporters"].(map[string]any) {
				if strings.HasPrefix(exporter, "otlp") {
					queue, _ := section.(map[string]any)["sending_queue"].(map[string]any)
					assert.Equal(t, "bytes", queue["sizer"], exporter)
					assert.Positive(t, queue["queue_size"], exporter)
					retries, _ := section.(map[string]any)["retry_on_failure"].(map[string]any)
					assert.Equal(t, "0s", retries["max_elapsed_time"], "%s: after five minutes, what was acknowledged would be dropped though the queue has room", exporter)
				}
			}
		})
	}
}
