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

func TestObjectivesHaveOneName(t *testing.T) {
	objectives, err := read([]byte("processors: {rum_budget/logs: {}, rum_budget/metrics: {budgets: [{name: b, limits: {lcp: 1s}, objective: 0.57}]}}"))
	require.NoError(t, err)
	assert.Len(t, objectives, 6, "the default budget of both, and one more")
	var sloth bytes.Buffer
	require.NoError(t, writeSloth(&sloth, "shop", objectives))
	assert.Contains(t, sloth.String(), "objective: 57\n")
	assert.Contains(t, sloth.String(), "description: 57 % of")
	for config, want := range map[string]string{
		`processors: {rum_budget: {budgets: [{name: "a b", limits: {lcp: 1s}}, {name: a-b, limits: {lcp: 1s}}]}}`:                        `lcp of budget "a b" and lcp of budget "a-b" would have the same name, a-b-lcp`,
		`processors: {rum_budget/1: {budgets: [{name: b, limits: {lcp: 1s}}]}, rum_budget/2: {budgets: [{name: b, limits: {lcp: 2s}}]}}`: `budget "b" has two limits or objectives for lcp`,
	} {
		_, err := read([]byte(config))
		assert.ErrorContains(t, err, want)
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
