package manifests

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// Schemas that no registry has. These tests run where a checkout of theirs is named, and are skipped elsewhere:
//
//	git clone --depth 1 https://github.com/open-telemetry/opentelemetry-helm-charts charts
//	git clone --depth 1 https://github.com/open-telemetry/opentelemetry-operator operator
//	RUM_HELM_CHART=$PWD/charts/charts/opentelemetry-collector \
//	RUM_OPERATOR_CRD=$PWD/operator/config/crd/bases/opentelemetry.io_opentelemetrycollectors.yaml \
//	  go -C internal/tools/manifests test -v -run 'Helm|Operator' .
func named(t *testing.T, variable string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		t.Skip(variable + " names no checkout")
	}
	return path
}

// content is a YAML or JSON file as jsonschema takes it.
func content(t *testing.T, path string) any {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return fromYAML(t, text)
}

func fromYAML(t *testing.T, text []byte) any {
	t.Helper()
	text, err := yaml.YAMLToJSON(text)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	return value
}

func compiled(t *testing.T, schema any) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("schema.json", schema))
	s, err := compiler.Compile("schema.json")
	require.NoError(t, err)
	return s
}

// Helm lays the values over those of the chart before it looks at them.
func TestHelmValuesAreThoseOfTheChart(t *testing.T) {
	chart := named(t, "RUM_HELM_CHART")
	schema := compiled(t, content(t, filepath.Join(chart, "values.schema.json")))
	defaults := content(t, filepath.Join(chart, "values.yaml")).(map[string]any)
	ours := content(t, deploy+"helm/values.yaml").(map[string]any)
	for key := range ours {
		assert.Contains(t, defaults, key, "the chart has no such value")
	}
	assert.NoError(t, schema.Validate(over(defaults, ours)))
	ours["mode"] = "gateway"
	assert.Error(t, schema.Validate(over(defaults, ours)), "the schema takes everything")
}

func over(under, top any) any {
	a, aOK := under.(map[string]any)
	b, bOK := top.(map[string]any)
	if !aOK || !bOK {
		return top
	}
	merged := map[string]any{}
	for key, value := range a {
		merged[key] = value
	}
	for key, value := range b {
		merged[key] = over(a[key], value)
	}
	return merged
}

func TestOperatorResourceIsOfItsDefinition(t *testing.T) {
	definition := content(t, named(t, "RUM_OPERATOR_CRD"))
	resource := content(t, deploy+"operator/opentelemetrycollector.yaml").(map[string]any)
	var schema *jsonschema.Schema
	for _, version := range at(definition, "spec", "versions").([]any) {
		if "opentelemetry.io/"+at(version, "name").(string) == resource["apiVersion"] {
			schema = compiled(t, strictly(at(version, "schema", "openAPIV3Schema")))
		}
	}
	require.NotNil(t, schema, "no version %s", resource["apiVersion"])
	assert.NoError(t, schema.Validate(resource))
	at(resource, "spec", "autoscaler").(map[string]any)["targetCPU"] = 60
	assert.Error(t, schema.Validate(resource), "the schema takes everything")
}

func at(value any, keys ...string) any {
	for _, key := range keys {
		value = value.(map[string]any)[key]
	}
	return value
}

// strictly refuses fields that are not named, as the API server prunes them, and takes numbers and texts
// where Kubernetes does.
func strictly(schema any) any {
	switch s := schema.(type) {
	case map[string]any:
		if s["x-kubernetes-int-or-string"] == true {
			delete(s, "type")
		}
		_, said := s["additionalProperties"]
		if _, named := s["properties"].(map[string]any); named && !said && s["x-kubernetes-preserve-unknown-fields"] != true {
			s["additionalProperties"] = false
		}
		for key, each := range s {
			s[key] = strictly(each)
		}
		if metadata, ok := s["properties"].(map[string]any); ok && metadata["apiVersion"] != nil && metadata["metadata"] != nil {
			metadata["metadata"] = map[string]any{"type": "object"} // Kubernetes' own
		}
	case []any:
		for i := range s {
			s[i] = strictly(s[i])
		}
	}
	return schema
}
