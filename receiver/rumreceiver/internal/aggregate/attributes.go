package aggregate

import (
	"fmt"
	"slices"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// defaultAttributes are the attributes of the metric's points, besides tags. Few, because they multiply: pages and devices for
// the Core Web Vitals, pages for the other vitals, views and errors, no pages for what only explains them.
func defaultAttributes(id instrumentID) []string {
	switch {
	case id <= cls:
		return []string{semconv.URLTemplate, semconv.DeviceType}
	case id < returnLCP:
		return []string{semconv.URLTemplate}
	case id < firstBreakdown && id >= lcpPart:
		return []string{semconv.DeviceType, semconv.WebVitalPart}
	case id < firstPhase && id >= firstBreakdown:
		return []string{questions[(id-firstBreakdown)/numBrokenDown].attribute}
	case id < resourceDuration, id == sessions, id == sessionsContinued, id == sessionsWithError:
		return []string{semconv.DeviceType}
	case id == exceptions:
		return []string{semconv.URLTemplate, semconv.ExceptionSource}
	case id == pageViews:
		return []string{semconv.URLTemplate, semconv.NavigationSameDocument}
	case id == resourceDuration:
		return []string{semconv.DeviceType, semconv.ResourceTimingInitiatorType}
	case id == longTaskDuration:
		return []string{semconv.DeviceType, semconv.LongTaskType}
	case id == interactionDuration:
		return []string{semconv.InteractionName}
	case id == measurement:
		return []string{semconv.MeasurementName, semconv.MeasurementUnit}
	case id == noiseExceptions:
		return []string{semconv.ExceptionNoise}
	default:
		return []string{semconv.UserAgentSyntheticType}
	}
}

// attributesOf are the chosen attributes of a metric, with the tags.
func attributesOf(id instrumentID, settings *Settings) []string {
	chosen, ok := settings.Attributes[instruments[id].name]
	if !ok {
		chosen = defaultAttributes(id)
	}
	chosen = slices.Clone(chosen)
	for _, tag := range settings.Tags {
		if name := semconv.TagPrefix + tag; !slices.Contains(chosen, name) {
			chosen = append(chosen, name)
		}
	}
	return chosen
}

// CheckAttributes returns an error for a wrong entry of Settings.Attributes: an unknown metric, an attribute that the
// metric cannot have, or a repeated attribute.
func CheckAttributes(metric string, attributes, tags []string) error {
	for id := range numInstruments {
		if instruments[id].name == metric {
			return checkAttributes(&instruments[id], attributes, pageLabels(tags))
		}
	}
	return fmt.Errorf("%q is not a metric of this receiver", metric)
}

func checkAttributes(i *instrument, attributes []string, page []label) error {
	may := namesOf(slices.Concat(page, i.labels))
	for n, name := range attributes {
		if !slices.Contains(may, name) {
			return fmt.Errorf("%q cannot have the attribute %q; it may have %q", i.name, name, may)
		}
		if slices.Contains(attributes[:n], name) {
			return fmt.Errorf("%q names the attribute %q twice", i.name, name)
		}
	}
	return nil
}

func namesOf(labels []label) (names []string) {
	for _, l := range labels {
		names = append(names, l.name)
	}
	return names
}

// choose sets the attributes of the family's points. Unknown names are skipped.
func (f *family) choose(names []string, page []label) {
	all := slices.Concat(page, f.labels)
	for from, l := range all {
		if slices.Contains(names, l.name) {
			f.chosen = append(f.chosen, l)
			f.sources = append(f.sources, from)
			f.paged = f.paged || l.paged
		}
	}
}
