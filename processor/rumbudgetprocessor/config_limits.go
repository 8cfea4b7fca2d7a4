package rumbudgetprocessor

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
)

// parseLimits turns `limits` and `severe` into numbers: ms for durations, otherwise as they stand.
func (b *BudgetConfig) parseLimits() (map[budget.Metric]budget.Limit, error) {
	var errs []error
	limits := make(map[budget.Metric]budget.Limit, len(b.Limits))
	for _, name := range sortedKeys(b.Limits) {
		m := metricNamed(name)
		value, err := parseLimit(m, b.Limits[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("'limits::%s' %w", name, err))
			continue
		}
		limits[m] = budget.Limit{Value: value, Severe: budget.DefaultSevere(m, value)}
	}
	for _, name := range sortedKeys(b.Severe) {
		if err := addSevere(limits, name, b.Severe[name]); err != nil {
			errs = append(errs, err)
		}
	}
	return limits, errors.Join(errs...)
}

func addSevere(limits map[budget.Metric]budget.Limit, name string, configured any) error {
	m := metricNamed(name)
	limit, ok := limits[m]
	if !ok {
		return fmt.Errorf("'severe::%s' needs a valid 'limits::%s'", name, name)
	}
	value, err := parseLimit(m, configured)
	if err != nil {
		return fmt.Errorf("'severe::%s' %w", name, err)
	}
	if value < limit.Value {
		return fmt.Errorf("'severe::%s' must be at least the limit (got %v, limit %v)", name, configured, limit.Value)
	}
	limit.Severe = value
	limits[m] = limit
	return nil
}

func metricNamed(name string) budget.Metric {
	if vital, ok := budget.Vital(name); ok && vital.Name == name {
		return vital
	}
	return budget.Custom(name)
}

func parseLimit(m budget.Metric, configured any) (float64, error) {
	if m.IsDuration() {
		return parseMilliseconds(configured)
	}
	var value float64
	switch v := configured.(type) {
	case int:
		value = float64(v)
	case int64:
		value = float64(v)
	case float64:
		value = v
	default:
		return 0, fmt.Errorf("must be a number without a unit (got %v)", configured)
	}
	if !(value > 0) || math.IsInf(value, 1) {
		return 0, fmt.Errorf("must be above 0 and finite (got %v)", configured)
	}
	return value, nil
}

func parseMilliseconds(configured any) (float64, error) {
	text, ok := configured.(string)
	if !ok {
		return 0, fmt.Errorf("must be a duration with a unit, such as 2500ms or 2.5s (got %v)", configured)
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("must be a duration with a unit, such as 2500ms or 2.5s (got %q)", text)
	}
	if d <= 0 {
		return 0, fmt.Errorf("must be above 0 (got %q)", text)
	}
	return float64(d) / float64(time.Millisecond), nil
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
