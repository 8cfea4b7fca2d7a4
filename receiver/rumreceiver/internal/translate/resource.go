package translate

import (
	"slices"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// UnknownService is the service.name of a page that does not say which application it belongs to.
// https://opentelemetry.io/docs/specs/semconv/resource/#service
const UnknownService = "unknown_service"

// sdkLanguage is telemetry.sdk.language of every browser SDK.
// https://opentelemetry.io/docs/specs/semconv/registry/attributes/telemetry/
const sdkLanguage = "webjs"

func (a *attributes) resource(b *beacon.Beacon, into pcommon.Map) {
	a.EnsureCapacity(20 + len(b.Attributes))
	a.begin(len(b.Attributes) > 0)
	service := b.App.Name
	if service == "" {
		service = UnknownService
	}
	a.str(semconv.ServiceName, service)
	a.str(semconv.ServiceNamespace, b.App.Namespace)
	a.str(semconv.ServiceVersion, b.App.Version)
	a.str(semconv.DeploymentEnvironmentName, b.App.Environment)
	if b.SDK.Name != "" {
		a.str(semconv.TelemetrySDKName, b.SDK.Name)
		a.str(semconv.TelemetrySDKLanguage, sdkLanguage)
		a.str(semconv.TelemetrySDKVersion, b.SDK.Version)
	}
	c := &b.Client
	a.str(semconv.UserAgentOriginal, c.UserAgent)
	a.str(semconv.UserAgentName, c.BrowserName)
	a.str(semconv.UserAgentVersion, c.BrowserVersion)
	a.str(semconv.UserAgentSyntheticType, c.Synthetic)
	if c.UserAgent != "" {
		a.boolean(semconv.BrowserMobile, c.Mobile)
	}
	a.str(semconv.BrowserPlatform, c.Platform)
	a.str(semconv.BrowserLanguage, b.Language)
	if len(c.Brands) > 0 {
		a.strs(semconv.BrowserBrands, c.Brands)
	}
	a.str(semconv.OSName, c.OSName)
	a.str(semconv.OSVersion, c.OSVersion)
	a.str(semconv.DeviceType, c.DeviceType)
	for i := range b.Attributes {
		if key := b.Attributes[i].Key; !slices.Contains(a.keys, key) && !isOurs(key) {
			setValue(a.add(key), &b.Attributes[i])
		}
	}
	a.UnsafeIntoMap(into)
}
