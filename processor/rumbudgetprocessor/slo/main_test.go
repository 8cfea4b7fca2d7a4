package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
)

func TestGolden(t *testing.T) {
	for _, format := range []string{"openslo", "sloth"} {
		var got bytes.Buffer
		require.NoError(t, run(&got, format, "shop", filepath.Join("testdata", "collector.yaml")))
		file := filepath.Join("testdata", format+".yaml")
		if os.Getenv("UPDATE_GOLDEN") != "" {
			require.NoError(t, os.WriteFile(file, got.Bytes(), 0o600))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), got.String())
	}
}

func TestDefaultsAreTheProcessors(t *testing.T) {
	objectives, err := read([]byte("processors: {rum_budget: }"))
	require.NoError(t, err)
	limits := budget.Defaults()
	for _, o := range objectives {
		assert.Equal(t, defaultName, o.budget)
		vital, ok := budget.Vital(o.metric)
		require.True(t, ok, o.metric)
		assert.NotZero(t, limits[vital].Value)
	}
	assert.Len(t, objectives, 5, "FID is no vital any more")
}

func TestExamplesHaveObjectives(t *testing.T) {
	files, err := filepath.Glob("../../../examples/configs/*.yaml")
	require.NoError(t, err)
	converted := 0
	for _, file := range files {
		var out bytes.Buffer
		if err := run(&out, "openslo", "shop", file); err != nil {
			assert.ErrorContains(t, err, "no rum_budget processor", file)
			continue
		}
		assert.Contains(t, out.String(), "kind: SLO\n", file)
		converted++
	}
	assert.Greater(t, converted, 3)
}

func TestBadInput(t *testing.T) {
	var out bytes.Buffer
	assert.Error(t, run(&out, "openslo", "shop", "missing.yaml"))
	assert.Error(t, run(&out, "bars", "shop", filepath.Join("testdata", "collector.yaml")))
	_, err := read([]byte("processors: {rum_budget: {default_budget: false}}"))
	assert.ErrorContains(t, err, "no rum_budget processor with a budget")
	_, err = read([]byte("processors: ["))
	assert.Error(t, err)
	assert.Empty(t, out.String())
}
