package rumbudgetprocessor

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/budget"
)

// parseLimits converts `limits` and `severe` to numbers: durations to ms, numbers unchanged. A measurement of the
// application may have either.
func (b *BudgetConfig) parseLimits() (map[budget.Metric]budget.Limit, error) {
	var errs []error
	limits := make(map[budget.Metric]budget.Limit, len(b.Limits))
	for _, name := range sortedKeys(b.Limits) {
		m, value, err := parseLimit(name, b.Limits[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("'limits::%s' %w", name, err))
			continue
		}
		limits[m] = budget.Limit{Value: value, Severe: budget.DefaultSevere(m, value), Duration: m.Custom && isDuration(b.Limits[name])}
	}
	for _, name := range sortedKeys(b.Severe) {
		if err := b.addSevere(limits, name); err != nil {
			errs = append(errs, err)
		}
	}
	return limits, errors.Join(errs...)
}

func (b *BudgetConfig) addSevere(limits map[budget.Metric]budget.Limit, name string) error {
	m, value, err := parseLimit(name, b.Severe[name])
	if err != nil {
		return fmt.Errorf("'severe::%s' %w", name, err)
	}
	limit, ok := limits[m]
	if !ok {
		return fmt.Errorf("'severe::%s' needs a valid 'limits::%s'", name, name)
	}
	if m.Custom && isDuration(b.Severe[name]) != limit.Duration {
		return fmt.Errorf("'severe::%s' must be of the same kind as the limit, a duration or a number (got %s, limit %s)", name, shown(b.Severe[name]), shown(b.Limits[name]))
	}
	if value < limit.Value {
		return fmt.Errorf("'severe::%s' must be at least the limit (got %s, limit %s)", name, shown(b.Severe[name]), shown(b.Limits[name]))
	}
	limit.Severe = value
	limits[m] = limit
	return nil
}

// parseLimit reads the limit of a metric. A vital in capitals is refused; treating it as a custom
// measurement would be a surprise.
func parseLimit(name string, configured any) (budget.Metric, float64, error) {
	vital, isVital := budget.Vital(name)
	switch {
	case !isVital && isDuration(configured):
		value, err := parseMilliseconds(configured)
		return budget.Custom(name), value, err
	case !isVital:
		value, err := parseNumber(configured)
		return budget.Custom(name), value, err
	case vital.Name != name:
		return vital, 0, fmt.Errorf("must be written in small letters, as %q", vital.Name)
	case vital.IsDuration():
		value, err := parseMilliseconds(configured)
		return vital, value, err
	default:
		value, err := parseNumber(configured)
		return vital, value, err
	}
}

func parseNumber(configured any) (float64, error) {
	var value float64
	switch v := configured.(type) {
	case int:
		value = float64(v)
	case int64:
		value = float64(v)
	case uint64:
		value = float64(v)
	case float64:
		value = v
	default:
		return 0, fmt.Errorf("must be a number without a unit, or of a measurement of your own a duration with one (got %s)", shown(configured))
	}
	if !(value > 0) || math.IsInf(value, 1) {
		return 0, fmt.Errorf("must be above 0 and finite (got %v)", configured)
	}
	return value, nil
}

func parseMilliseconds(configured any) (float64, error) {
	text, ok := configured.(string)
	if !ok || !isDuration(text) {
		return 0, fmt.Errorf("must be a duration with a unit, such as 2500ms or 2.5s (got %s)", shown(configured))
	}
	d, _ := time.ParseDuration(text)
	if d <= 0 {
		return 0, fmt.Errorf("must be above 0 (got %q)", text)
	}
	return float64(d) / float64(time.Millisecond), nil
}

func isDuration(configured any) bool {
	text, ok := configured.(string)
	if !ok {
		return false
	}
	_, err := time.ParseDuration(text)
	return err == nil && text != "0"
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
