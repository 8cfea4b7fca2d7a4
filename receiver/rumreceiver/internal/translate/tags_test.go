package translate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestATagBecomesTheAttributeThatIsConfigured(t *testing.T) {
	b := everyKind()
	b.Pages[0].Tags = []beacon.Tag{{Key: "tenant", Value: "acme"}, {Key: "plan", Value: "gold"}}
	for _, record := range records(Logs(b, Settings{TagAttributes: map[string]string{"tenant": "tenant.id"}}, noon)).All() {
		attributes := record.Attributes().AsRaw()
		assert.Equal(t, "acme", attributes["tenant.id"])
		assert.Equal(t, "gold", attributes[semconv.TagPrefix+"plan"])
		assert.NotContains(t, attributes, semconv.TagPrefix+"tenant")
	}
}

func TestNoTagMayTakeANameThatRecordsUse(t *testing.T) {
	b := everyKind()
	b.Client = beacon.Client{Country: "CA", Region: "CA-QC", Locality: "Montreal", Address: "203.0.113.0"}
	b.Pages[0] = beacon.Page{SessionID: "s", UserID: "u", ID: "p", URL: "u", Path: "p", Route: "r", Referrer: "r", Title: "t"}
	b.Connection = beacon.Connection{Type: "wifi", EffectiveType: "4g", RTT: 1, Downlink: 1, SaveData: true}
	b.Sampling.Rate = 0.5
	for _, record := range records(Logs(b, Settings{EventNameAttribute: true}, noon)).All() {
		for key := range record.Attributes().All() {
			assert.Error(t, ValidateTagAttributes(map[string]string{"t": key}), key)
		}
	}
}

func TestMappingsOfTagsAreChecked(t *testing.T) {
	assert.NoError(t, ValidateTagAttributes(nil))
	assert.NoError(t, ValidateTagAttributes(map[string]string{"tenant": "tenant.id", "variant": "feature_flag.result.variant"}))
	assert.ErrorContains(t, ValidateTagAttributes(map[string]string{"a": "x", "b": "x"}), `tags "a" and "b" have the same attribute "x"`)
	assert.ErrorContains(t, ValidateTagAttributes(map[string]string{"a": ""}), "must not be empty")
	many := map[string]string{}
	for i := range maxTagAttributes + 1 {
		many[fmt.Sprint(i)] = strings.Repeat("x", i+1)
	}
	assert.ErrorContains(t, ValidateTagAttributes(many), "at most 100 tags")
}

func TestPlaceAndAddressStandOnEveryRecord(t *testing.T) {
	b := everyKind()
	b.Client = beacon.Client{Country: "CA", Region: "CA-QC", Locality: "Montreal", Address: "203.0.113.0"}
	for _, record := range records(Logs(b, Settings{}, noon)).All() {
		attributes := record.Attributes().AsRaw()
		assert.Equal(t, []any{"CA", "CA-QC", "Montreal", "203.0.113.0"}, []any{
			attributes[semconv.GeoCountryISOCode], attributes[semconv.GeoRegionISOCode], attributes[semconv.GeoLocalityName], attributes[semconv.ClientAddress],
		})
	}
}
