package aggregate

import (
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/translate"
)

// The key of a series is the values of its resource and then of its attributes, each as a byte with its length and its bytes.
// Names are not in the key: the order decides, first that of resourceLabels, then that of the chosen attributes. An absent
// attribute is an empty value. So the key is all that a series stores of its attributes, and series of a resource share a
// prefix.

// maxLabel is the longest value of an attribute in bytes; longer ones are cut. The length must fit a byte, and nobody looks for
// longer values on a dashboard.
const maxLabel = 255

// resourceLabels are the first values of every key, and the whole resource of a metric. Browsers are attributes: otherwise each
// version of a browser would be a resource.
var resourceLabels = []label{
	{name: semconv.ServiceName}, {name: semconv.ServiceVersion}, {name: semconv.DeploymentEnvironmentName},
}

// pageLabels are the possible attributes of every metric, in the order of recording.values.
func pageLabels(tags []string) []label {
	labels := make([]label, 0, numPageLabels+len(tags))
	for _, name := range []string{
		semconv.URLTemplate, semconv.DeviceType, semconv.UserAgentName,
		semconv.GeoCountryISOCode, semconv.ConnectionEffectiveType, semconv.UserAgentSyntheticType,
	} {
		labels = append(labels, label{name: name, paged: name == semconv.URLTemplate})
	}
	for _, tag := range tags {
		labels = append(labels, label{name: semconv.TagPrefix + tag, paged: true})
	}
	return labels
}

const numPageLabels = 6

func appendLabel(key []byte, value string) []byte {
	if len(value) > maxLabel {
		value, _ = beacon.Cut(value, maxLabel)
	}
	key = append(key, byte(len(value)))
	return append(key, value...)
}

// nextLabel splits the first value from a key.
func nextLabel(key string) (value, rest string) {
	end := 1 + int(key[0])
	return key[1:end], key[end:]
}

func appendResource(key []byte, app *beacon.App) []byte {
	service := app.Name
	if service == "" {
		service = translate.UnknownService
	}
	key = appendLabel(key, service)
	key = appendLabel(key, app.Version)
	return appendLabel(key, app.Environment)
}

// appendPageValues appends the values of pageLabels.
func appendPageValues(values []string, b *beacon.Beacon, page *beacon.Page, tags []string) []string {
	values = append(values, page.Route, b.Client.DeviceType, browserName(b.Client.BrowserName),
		b.Client.Country, effectiveType(b.Connection.EffectiveType), b.Client.Synthetic)
	for _, tag := range tags {
		values = append(values, tagValue(page.Tags, tag))
	}
	return values
}

func tagValue(tags []beacon.Tag, key string) string {
	for i := range tags {
		if tags[i].Key == key {
			return tags[i].Value
		}
	}
	return ""
}
