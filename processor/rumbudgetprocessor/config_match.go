package rumbudgetprocessor

import (
	"errors"
	"fmt"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/match"
)

// matchKeys are the short names of attributes in `match`. Any other key is an attribute's own name.
var matchKeys = map[string]string{
	"service":         semconv.ServiceName,
	"version":         semconv.ServiceVersion,
	"environment":     semconv.DeploymentEnvironmentName,
	"route":           semconv.URLTemplate,
	"device":          semconv.DeviceType,
	"browser":         semconv.UserAgentName,
	"os":              semconv.OSName,
	"connection":      semconv.ConnectionEffectiveType,
	"country":         semconv.GeoCountryISOCode,
	"navigation_type": semconv.WebVitalNavigationType,
	"event_name":      semconv.EventName,
}

// matchForms lists attributes that are not compared byte by byte: routes are normalised, and words of fixed
// lists ignore case.
var matchForms = map[string]match.Form{
	semconv.URLTemplate:             match.Route,
	semconv.URLPath:                 match.Route,
	semconv.DeviceType:              match.Folded,
	semconv.UserAgentName:           match.Folded,
	semconv.OSName:                  match.Folded,
	semconv.ConnectionEffectiveType: match.Folded,
	semconv.GeoCountryISOCode:       match.Folded,
	semconv.WebVitalNavigationType:  match.Folded,
}

// parseMatch turns `match` into patterns by attribute name.
func parseMatch(configured map[string]any) (match.Patterns, error) {
	var errs []error
	patterns := match.Patterns{}
	for _, key := range sortedKeys(configured) {
		attribute := key
		if full, ok := matchKeys[key]; ok {
			attribute = full
		} else if key == semconv.DeprecatedEventName {
			attribute = semconv.EventName
		}
		texts, err := patternList(configured[key])
		switch {
		case key == "":
			errs = append(errs, errors.New("'match' must not have an empty key"))
		case err != nil:
			errs = append(errs, fmt.Errorf("'match::%s' %w", key, err))
		case patterns[attribute] != nil:
			errs = append(errs, fmt.Errorf("'match::%s' asks for %s, which another key already does", key, attribute))
		default:
			patterns[attribute] = texts
		}
	}
	return patterns, errors.Join(errs...)
}

// patternList accepts one scalar or a list. YAML reads some patterns as numbers and booleans
// (`version: 2`); these are converted back to text.
func patternList(value any) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	if len(list) == 0 {
		return nil, errors.New("must have at least one pattern (got an empty list)")
	}
	texts := make([]string, 0, len(list))
	for _, item := range list {
		switch item.(type) {
		case string, bool, int, int64, float64:
			texts = append(texts, fmt.Sprint(item))
		default:
			return nil, fmt.Errorf("must be a pattern or a list of patterns (got %s)", shown(value))
		}
	}
	return texts, nil
}
