package rumbudgetprocessor

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// Unmarshal decodes the section. If a value has the wrong type, the error says what to write, which the decoder's
// error does not.
func (c *Config) Unmarshal(conf *confmap.Conf) error {
	if err := conf.Unmarshal(c); err != nil {
		return errors.Join(append([]error{err}, wrongTypes(conf.ToStringMap())...)...)
	}
	return nil
}

func wrongTypes(section map[string]any) []error {
	errs := []error{notBool("default_budget", section["default_budget"])}
	for _, key := range []string{"sampling", "violation_events"} {
		if v, present := section[key]; present && v != nil {
			if _, isMap := v.(map[string]any); !isMap {
				errs = append(errs, fmt.Errorf("'%s' must have keys (got %s): write '%s: {}' for the defaults, and leave it out for none", key, shown(v), key))
			}
		}
	}
	switch budgets := section["budgets"].(type) {
	case map[string]any:
		for _, name := range sortedKeys(budgets) {
			errs = append(errs, fmt.Errorf("'budgets' must be a list (got key %q): write '- name: %s'", name, name))
		}
	case []any:
		for i, item := range budgets {
			if b, isMap := item.(map[string]any); isMap {
				errs = append(errs, under(fmt.Sprintf("budgets[%d]", i), errors.Join(
					notMap("match", b["match"]), notMap("limits", b["limits"]), notMap("severe", b["severe"]),
					notNumber("objective", b["objective"]), notNumber("burn_rate_limit", b["burn_rate_limit"]))))
			}
		}
	}
	sampling, _ := section["sampling"].(map[string]any)
	for _, key := range []string{"percentage", "sampling_percentage", "rate", "ratio", "probability", "keep"} {
		if v, present := sampling[key]; present {
			errs = append(errs, fmt.Errorf("'sampling::%s: %v' is no key: write 'rules: [{name: base, keep: 0.05}]' for one in twenty", key, v))
		}
	}
	rules, _ := sampling["rules"].([]any)
	for i, item := range rules {
		if r, isMap := item.(map[string]any); isMap {
			errs = append(errs, under(fmt.Sprintf("sampling::rules[%d]", i), errors.Join(
				notMap("match", r["match"]), notMap("unless", r["unless"]), notNumber("keep", r["keep"]), notBool("protect", r["protect"]))))
		}
	}
	if target, isMap := sampling["target"].(map[string]any); isMap {
		errs = append(errs, notNumber("sampling::target::records_per_second", target["records_per_second"]))
	}
	return errs
}

func notMap(key string, v any) error {
	if _, isMap := v.(map[string]any); isMap || v == nil {
		return nil
	}
	return fmt.Errorf("'%s' must have keys with values, such as '%s: {name: value}' (got %s)", key, key, shown(v))
}

func notNumber(key string, v any) error {
	text, isText := v.(string)
	if !isText {
		return nil
	}
	number, isPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
	parsed, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	switch {
	case err != nil:
		return fmt.Errorf("'%s' must be a number (got %q)", key, text)
	case isPercent:
		return fmt.Errorf("'%s' must be a number (got %q): write %v", key, text, parsed/100)
	default:
		return fmt.Errorf("'%s' must be a number (got %q): write %v, without quotes", key, text, parsed)
	}
}

func notBool(key string, v any) error {
	if text, isText := v.(string); isText {
		return fmt.Errorf("'%s' must be true or false, without quotes (got %q)", key, text)
	}
	return nil
}
