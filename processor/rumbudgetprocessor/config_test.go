package rumbudgetprocessor

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
)

// loadConfig reads one section of a file in testdata/config.
func loadConfig(t *testing.T, file, section string) (*Config, error) {
	t.Helper()
	all, err := confmaptest.LoadConf(filepath.Join("testdata", "config", file))
	require.NoError(t, err)
	sub, err := all.Sub(section)
	require.NoError(t, err)
	c := createDefaultConfig().(*Config)
	if err := sub.Unmarshal(c); err != nil {
		return nil, err
	}
	return c, confmap.Validate(c)
}

func validConfig(t *testing.T, section string) *Config {
	t.Helper()
	c, err := loadConfig(t, "valid.yaml", section)
	require.NoError(t, err)
	return c
}

func TestConfigEmptyFlagsAndDoesNotSample(t *testing.T) {
	c := validConfig(t, "rum_budget/empty")
	assert.False(t, c.Sampling.HasValue())
	assert.False(t, c.ViolationEvents.HasValue())
	budgets := c.budgets()
	require.Len(t, budgets, 1)
	limits, err := budgets[0].parseLimits()
	require.NoError(t, err)
	assert.Equal(t, budget.Defaults(), limits)
	assert.Equal(t, 0.75, budgets[0].objective())
}

func TestConfigEmptySamplingHasTheDefaults(t *testing.T) {
	c := validConfig(t, "rum_budget/sampling")
	require.True(t, c.Sampling.HasValue())
	s := c.Sampling.Get()
	assert.Equal(t, defaultSampling(), *s)
	assert.Equal(t, modeSticky, s.Mode)
	assert.Equal(t, defaultRules(), s.rules())
}

// A key with nothing behind it is a section with nothing in it.
func TestConfigSectionsWithNothingInThem(t *testing.T) {
	c := validConfig(t, "rum_budget/nothing")
	require.True(t, c.Sampling.HasValue())
	assert.Equal(t, defaultSampling(), *c.Sampling.Get())
	require.True(t, c.ViolationEvents.HasValue())
	assert.Equal(t, 100_000, c.ViolationEvents.Get().MaxMeasurements)
}

func TestConfigFull(t *testing.T) {
	c := validConfig(t, "rum_budget/full")
	names := []string{}
	for _, b := range c.budgets() {
		names = append(names, b.Name)
	}
	assert.Equal(t, []string{"checkout-mobile", "beta", "default"}, names, "a budget named default replaces the built-in one")
	limits, err := c.Budgets[0].parseLimits()
	require.NoError(t, err)
	assert.Equal(t, map[budget.Metric]budget.Limit{
		{Name: "lcp"}:                   {Value: 3000, Severe: 4000},
		{Name: "inp"}:                   {Value: 250, Severe: 600},
		{Name: "cls"}:                   {Value: 1, Severe: budget.DefaultSevere(budget.Metric{Name: "cls"}, 1)},
		budget.Custom("cart_total"):     {Value: 3, Severe: 7.5},
		budget.Custom("search.results"): {Value: 10, Severe: budget.DefaultSevere(budget.Custom("x"), 10)},
	}, limits)
	assert.Equal(t, 0.9, c.Budgets[0].objective())
	assert.Equal(t, 6.0, c.Budgets[0].burnRateLimit())

	assert.Equal(t, 5000, c.ViolationEvents.Get().MaxMeasurements)

	s := c.Sampling.Get()
	assert.Equal(t, modeSticky, s.Mode)
	assert.Equal(t, []string{"session.id", "user.id"}, s.Key)
	assert.EqualValues(t, "pepper", s.HashSalt)
	assert.Len(t, s.rules(), 2)
	assert.Len(t, s.Drop, 1)
	assert.Equal(t, 2000.0, s.Target.RecordsPerSecond)
	storage := component.MustNewIDWithName("file_storage", "rum")
	assert.Equal(t, StateConfig{MaxSessions: 1000, TTL: time.Hour, MaxMeasurements: 3000, MaxRecordsTogether: 50, MaxRecordsPerSession: 500, Storage: &storage}, s.State)
	assert.Equal(t, IncomingConfig{Labels: false, MinClientRate: 0.5}, s.Incoming)
	assert.False(t, s.OTelThreshold)
}

func TestConfigWithoutDefaultBudget(t *testing.T) {
	assert.Empty(t, validConfig(t, "rum_budget/no_default").budgets())
}

// Each section of invalid.yaml has beside it the messages it must give, all of them at once.
func TestConfigInvalid(t *testing.T) {
	all, err := confmaptest.LoadConf(filepath.Join("testdata", "config", "invalid.yaml"))
	require.NoError(t, err)
	for section := range all.ToStringMap() {
		t.Run(section, func(t *testing.T) {
			sub, err := all.Sub(section)
			require.NoError(t, err)
			wanted, ok := sub.Get("want").([]any)
			require.True(t, ok, "testdata must say what is wanted")
			_, err = loadConfig(t, "invalid.yaml", section+"::config")
			require.Error(t, err)
			for _, text := range wanted {
				assert.ErrorContains(t, err, text.(string))
			}
			if exactly, ok := sub.Get("lines").(int); ok {
				assert.Len(t, strings.Split(err.Error(), "\n"), exactly, err.Error())
			}
		})
	}
}

// Each section of doubts.yaml is valid, and has beside it all that is said of it at start.
func TestConfigDoubts(t *testing.T) {
	all, err := confmaptest.LoadConf(filepath.Join("testdata", "config", "doubts.yaml"))
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(all.ToStringMap()), 25)
	for section := range all.ToStringMap() {
		sub, err := all.Sub(section)
		require.NoError(t, err)
		c, err := loadConfig(t, "doubts.yaml", section+"::config")
		require.NoError(t, err, section)
		said := c.doubtfulBudgets()
		if c.Sampling.HasValue() {
			said = append(said, c.Sampling.Get().doubtful()...)
		}
		var want []string
		for _, text := range sub.Get("want").([]any) {
			want = append(want, text.(string))
		}
		assert.Equal(t, want, said, section)
	}
}

func TestBudgetsThatNoPointFallsUnderAreFound(t *testing.T) {
	c := createDefaultConfig().(*Config)
	c.Budgets = []BudgetConfig{{Name: "a", Match: map[string]any{"event_name": "browser.web_vital", "route": "/cart"}}, {Name: "b", Match: map[string]any{"url.path": "/p/*"}}, {Name: "c", Match: map[string]any{"device": "mobile"}}}
	const remedy = "asks for what no metric has, so that it counts nothing here: ask for route, device or another attribute of the histograms, or use a processor of its own in the logs pipeline"
	assert.Equal(t, []string{"'match::event_name' of budget \"a\" " + remedy, "'match::url.path' of budget \"b\" " + remedy}, c.notOfPoints())
}

func TestBurnRatesThatCannotBePassedAreFound(t *testing.T) {
	assert.Equal(t, []string{
		"'burn_rate_limit' 4 of budget \"never\" is never passed: with objective 0.75 the burn rate is at most 4",
		"'burn_rate_limit' 14.4 of budget \"usual\" is never passed: with objective 0.9 the burn rate is at most 10",
		"'burn_rate_limit' 10 of budget \"rounded\" is never passed: with objective 0.9 the burn rate is at most 10",
	}, validConfig(t, "rum_budget/unreachable").unreachable())
	assert.Empty(t, validConfig(t, "rum_budget/full").unreachable())
}

func TestShadowedBudgetsAreFound(t *testing.T) {
	assert.Equal(t, []string{
		`limit of "lcp" in budget "mobile-checkout" is never reached: budget "mobile" matches first`,
	}, validConfig(t, "rum_budget/shadowed").shadowed())
	assert.Empty(t, validConfig(t, "rum_budget/full").shadowed())
}
