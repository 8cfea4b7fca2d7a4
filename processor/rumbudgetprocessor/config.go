package rumbudgetprocessor

import (
	"errors"
	"fmt"
	"math"

	"go.opentelemetry.io/collector/config/configoptional"
)

// defaultBudgetName is the name of the built-in budget, and of a user's budget that replaces
// it.
const defaultBudgetName = "default"

// defaultObjective is the p75 of the web vitals: three quarters of all visits must be good.
const defaultObjective = 0.75

// maxStateEntries takes 2 GB of memory.
const maxStateEntries = 100_000_000

// Config of the rum_budget processor. The zero configuration (`rum_budget: {}`) flags against the
// web-vitals thresholds and drops nothing.
type Config struct {
	// Budgets in order: for each metric, the first that matches and has a limit for the metric
	// applies.
	Budgets []BudgetConfig `mapstructure:"budgets"`

	// DefaultBudget puts the web-vitals thresholds after your budgets, as a budget named "default", unless one of yours has that
	// name. Default true.
	DefaultBudget bool `mapstructure:"default_budget"`

	// ViolationEvents adds a rum.budget.violation record after the first record in which a measurement
	// exceeds its limit. Off without the section; an empty section turns it on.
	ViolationEvents configoptional.Optional[ViolationEventsConfig] `mapstructure:"violation_events"`

	// Sampling of log records. Off without the section; an empty section turns it on. Metrics are never
	// sampled.
	Sampling configoptional.Optional[SamplingConfig] `mapstructure:"sampling"`
}

// ViolationEventsConfig bounds the memory for measurements that have exceeded their limit.
type ViolationEventsConfig struct {
	// MaxMeasurements remembered for four hours, at 20 bytes each, allocated at start. Default 100000, from
	// 1 to 100000000. Past that the oldest are forgotten; such a measurement may cause a second event.
	MaxMeasurements int `mapstructure:"max_measurements"`
}

// Validate checks the bound.
func (c *ViolationEventsConfig) Validate() error {
	if c.MaxMeasurements < 1 || c.MaxMeasurements > maxStateEntries {
		return fmt.Errorf("'max_measurements' must be from 1 to %d (got %d)", maxStateEntries, c.MaxMeasurements)
	}
	return nil
}

// BudgetConfig is one performance budget.
type BudgetConfig struct {
	// Name goes into rum.budget.name. Required, unique.
	Name string `mapstructure:"name"`

	// Match maps attributes to patterns: the key is a short name, such as route or device, or an attribute's full name, the
	// value a pattern or a list of patterns. Empty matches everything.
	Match map[string]any `mapstructure:"match"`

	// Condition is an OTTL condition, evaluated only where 'match' matches. An error counts as "does not match". Empty: none.
	Condition string `mapstructure:"condition"`

	// Limits by metric: a duration with its unit for lcp, inp, fcp, ttfb and fid; a number for cls and
	// for custom measurements, by their name. At least one.
	Limits map[string]any `mapstructure:"limits"`

	// Severe is, by metric with a limit, the value above which a violation is severe. Not given: the
	// web-vitals "poor" threshold when it is at least the limit, otherwise nothing is severe.
	Severe map[string]any `mapstructure:"severe"`

	// Objective is the share of measurements that must be within the limit, in (0, 1). Default 0.75.
	Objective *float64 `mapstructure:"objective"`

	// BurnRateLimit is the burn rate above which an alert should fire: the share of measurements over
	// the limit as a multiple of the allowed share, 1 - 'objective'. It is emitted as a gauge for alert
	// rules. Must be above 1; not given, there is no gauge. The highest possible burn rate is
	// 1 / (1 - 'objective'), 4 with the default objective: a limit that cannot be exceeded gives a warning at
	// start.
	// https://sre.google/workbook/alerting-on-slos/
	BurnRateLimit *float64 `mapstructure:"burn_rate_limit"`
}

func (b *BudgetConfig) objective() float64 {
	if b.Objective == nil {
		return defaultObjective
	}
	return *b.Objective
}

// burnRateLimit returns 0 if none is set.
func (b *BudgetConfig) burnRateLimit() float64 {
	if b.BurnRateLimit == nil {
		return 0
	}
	return *b.BurnRateLimit
}

// Validate reports everything that is wrong at once.
func (c *Config) Validate() error {
	var errs []error
	names := map[string]bool{}
	for i := range c.Budgets {
		b := &c.Budgets[i]
		errs = append(errs, under(fmt.Sprintf("budgets[%d] %q", i, b.Name), b.validate()))
		if names[b.Name] {
			errs = append(errs, fmt.Errorf("budgets[%d]: 'name' must be unique (got %q again)", i, b.Name))
		}
		names[b.Name] = true
	}
	return errors.Join(errs...) // the section of sampling is validated by its own method
}

func (b *BudgetConfig) validate() error {
	var errs []error
	if b.Name == "" {
		errs = append(errs, errors.New("'name' must not be empty"))
	}
	if o := b.objective(); !(o > 0 && o < 1) {
		errs = append(errs, fmt.Errorf("'objective' must be above 0 and below 1 (got %v)%s", o, percentHint(o)))
	}
	if l := b.BurnRateLimit; l != nil && !(*l > 1 && !math.IsInf(*l, 1)) {
		errs = append(errs, fmt.Errorf("'burn_rate_limit' must be a number above 1 (got %v)", *l))
	}
	if len(b.Limits) == 0 {
		errs = append(errs, errors.New("'limits' must name at least one metric"))
	}
	_, matchErr := parseMatch(b.Match)
	_, limitErr := b.parseLimits()
	return errors.Join(append(errs, matchErr, limitErr, checkCondition(b.Condition))...)
}

// budgets returns the user's budgets, followed by the built-in one.
func (c *Config) budgets() []BudgetConfig {
	all := append([]BudgetConfig(nil), c.Budgets...)
	for i := range all {
		if all[i].Name == defaultBudgetName {
			return all
		}
	}
	if c.DefaultBudget {
		all = append(all, builtinBudget())
	}
	return all
}

func builtinBudget() BudgetConfig {
	return BudgetConfig{
		Name:   defaultBudgetName,
		Limits: map[string]any{"lcp": "2500ms", "inp": "200ms", "cls": 0.1, "fcp": "1800ms", "ttfb": "800ms", "fid": "100ms"},
	}
}
