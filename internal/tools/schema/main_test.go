package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

const root = "../../.."

// schemas are those that are checked in, by the type of their component.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	all := map[string]*jsonschema.Schema{}
	for _, c := range Components() {
		compiler := jsonschema.NewCompiler()
		var document any
		read(t, filepath.Join(root, c.Folder, "config.schema.yaml"), &document)
		require.NoError(t, compiler.AddResource(c.Folder, document))
		schema, err := compiler.Compile(c.Folder)
		require.NoError(t, err)
		all[c.Class+"s/"+c.Factory.Type().String()] = schema
	}
	return all
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, into), path)
}

// TestEveryExampleIsOfTheSchema also counts them, so that none is skipped because the examples moved.
func TestEveryExampleIsOfTheSchema(t *testing.T) {
	all, checked := schemas(t), map[string]int{}
	var files []string
	for _, pattern := range []string{"examples/configs/*.yaml", "examples/demo/*.yaml", "examples/topologies/*/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		require.NoError(t, err)
		files = append(files, found...)
	}
	for _, file := range files {
		var config map[string]any
		read(t, file, &config)
		for class := range config {
			sections, _ := config[class].(map[string]any)
			for id, section := range sections {
				kind, _, _ := strings.Cut(id, "/")
				schema := all[class+"/"+kind]
				if schema == nil || section == nil {
					continue
				}
				checked[kind]++
				assert.NoError(t, schema.Validate(section), "%s: %s", file, id)
			}
		}
	}
	assert.Greater(t, checked["rum"], 5)
	assert.Greater(t, checked["rum_budget"], 5)
	assert.Greater(t, checked["rum_view"], 0)
}

func TestWhatTheComponentsRefuseIsNotOfTheSchema(t *testing.T) {
	all := schemas(t)
	for _, c := range []struct{ kind, config, wrong string }{
		{"receivers/rum", `{endpoint: "localhost:4319", max_conections: 1}`, "an unknown key"},
		{"receivers/rum", `{limits: {max_event: 1}}`, "an unknown key of a section"},
		{"receivers/rum", `{protocols: {sentri: {}}}`, "a protocol that there is not"},
		{"receivers/rum", `{retries: {window: 5}}`, "a duration without a unit"},
		{"receivers/rum", `{applications: {key: x}}`, "a section for a list"},
		{"receivers/rum", `{dialer: {timeout: 1s}}`, "an option of clients"},
		{"processors/rum_budget", `{sampling: {state: {ttl: soon}}}`, "no duration"},
		{"processors/rum_budget", `{budgets: [{nam: x}]}`, "an unknown key in a list"},
		{"exporters/rum_view", `{max_bytes: plenty}`, "no number"},
	} {
		var config any
		require.NoError(t, yaml.Unmarshal([]byte(c.config), &config))
		assert.Error(t, all[c.kind].Validate(config), c.wrong)
	}
	for kind, config := range map[string]string{
		"receivers/rum":         `{endpoint: "localhost:4319", protocols: {faro: , native: {enabled: false}}, cors: {allowed_origins: ["*"]}, keepalive: {enabled: false}, retries: {window: 1m30s}}`,
		"processors/rum_budget": `{sampling: , violation_events: {enabled: true, max_measurements: 5}}`,
	} {
		var section any
		require.NoError(t, yaml.Unmarshal([]byte(config), &section))
		assert.NoError(t, all[kind].Validate(section))
	}
}

func TestSecretsHaveNoDefault(t *testing.T) {
	for _, c := range Components() {
		text, err := os.ReadFile(filepath.Join(root, c.Folder, "config.schema.yaml"))
		require.NoError(t, err)
		assert.NotContains(t, string(text), "[REDACTED]", "%s: an editor would write it", c.Folder)
	}
}

func TestSectionsThatAreOffHaveTheirDefaults(t *testing.T) {
	for section, want := range map[string]any{
		"processor/rumbudgetprocessor sampling mode":                     "sticky",
		"processor/rumbudgetprocessor sampling state max_sessions":       1e6,
		"processor/rumbudgetprocessor violation_events max_measurements": 1e5,
		"receiver/rumreceiver cors max_age":                              7200.,
	} {
		keys := strings.Fields(section)
		var schema map[string]any
		read(t, filepath.Join(root, keys[0], "config.schema.yaml"), &schema)
		for _, key := range keys[1:] {
			if choices, ok := schema["anyOf"].([]any); ok {
				schema = choices[0].(map[string]any)
			}
			schema = schema["properties"].(map[string]any)[key].(map[string]any)
		}
		assert.Equal(t, want, schema["default"], section)
	}
}
