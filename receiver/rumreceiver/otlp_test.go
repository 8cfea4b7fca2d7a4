package rumreceiver

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
)

const contentTypeProtobuf = "application/x-protobuf"

var withOTLP = withConfig(func(cfg *Config) { cfg.Protocols.turnOn("otlp") })

// binaryOf is a body of OTLP/JSON in the other encoding.
func binaryOf(t testing.TB, body string) string {
	t.Helper()
	logs, err := new(plog.JSONUnmarshaler).UnmarshalLogs([]byte(body))
	require.NoError(t, err)
	binary, err := new(plog.ProtoMarshaler).MarshalLogs(logs)
	require.NoError(t, err)
	return string(binary)
}

func TestARecordedVisitByOpenTelemetryIsTheSameInBothEncodings(t *testing.T) {
	for _, contentType := range []string{protocol.ContentTypeJSON, contentTypeProtobuf} {
		for _, times := range []int{1, 2} {
			b := newBench(t, withOTLP)
			for _, request := range recordings(t, "otel") {
				body := request.body
				if contentType == contentTypeProtobuf {
					body = binaryOf(t, body)
				}
				for range times {
					response := b.send(request.Method, request.Path, body, contentType)
					require.Equal(t, http.StatusOK, response.Code, response.Body.String())
					require.Equal(t, contentType, response.Header().Get("Content-Type"))
				}
			}
			b.end()
			b.balanced()
			checkOpenTelemetryVisit(t, b)
		}
	}
}

func checkOpenTelemetryVisit(t *testing.T, b *bench) {
	t.Helper()
	v := b.tally()
	for _, record := range b.records() {
		if url, ok := record.Attributes().Get(semconv.URLFull); ok && record.EventName() == semconv.EventResourceTiming {
			assert.NotContains(t, url.Str(), "/v1/logs", "an export of logs is the reason for the next")
		}
	}
	assert.Equal(t, map[string]int{
		semconv.EventWebVital: 14, semconv.EventException: 6, semconv.EventNavigation: 4, semconv.EventNavigationTiming: 2,
		semconv.EventResourceTiming: 19, semconv.EventClick: 14, "shop.add_to_cart": 2, "shop.survey_opened": 1,
	}, v.events)
	assert.Equal(t, map[string]int{"Error error": 3, "TypeError error": 1, "CouponError error": 1, "console.error manual": 1}, v.types)
	b.checkVitals(map[string][]float64{
		"lcp": {53.1, 292, 1640}, "fcp": {53.2, 292, 772}, "ttfb": {0, 96, 263.8}, "inp": {320}, "cls": {0, 0, 0.122596},
	})
	assert.EqualValues(t, 2, b.count("rum.page_load.total"))
	assert.EqualValues(t, 4, b.count("rum.page_views"))
	resource := b.logs.AllLogs()[0].ResourceLogs().At(0).Resource().Attributes().AsRaw()
	assert.Equal(t, "demo-shop-web", resource[semconv.ServiceName])
	assert.Equal(t, "1.4.2", resource[semconv.ServiceVersion])
	assert.Equal(t, "staging", resource[semconv.DeploymentEnvironmentName])
}

const otlpRecords = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[RECORDS]}]}]}`

func TestAnExporterLearnsWhatWasNotTakenInItsOwnWords(t *testing.T) {
	b := newBench(t, withOTLP)
	body := strings.Replace(otlpRecords, "RECORDS", `{"timeUnixNano":"1795425651000000001","eventName":"shop.seen"},{"eventName":"browser.web_vital"}`, 1)
	response := b.send(http.MethodPost, "/v1/logs", body, protocol.ContentTypeJSON)
	require.Equal(t, http.StatusOK, response.Code)
	said := plogotlp.NewExportResponse()
	require.NoError(t, said.UnmarshalJSON(response.Body.Bytes()), response.Body.String())
	assert.EqualValues(t, 1, said.PartialSuccess().RejectedLogRecords())
	assert.NotEmpty(t, said.PartialSuccess().ErrorMessage())

	response = b.send(http.MethodPost, "/v1/logs", binaryOf(t, strings.Replace(body, `"1"`, `"2"`, 1)), contentTypeProtobuf)
	require.Equal(t, http.StatusOK, response.Code)
	require.NoError(t, said.UnmarshalProto(response.Body.Bytes()))
	assert.EqualValues(t, 1, said.PartialSuccess().RejectedLogRecords())

	for body, reason := range map[string]string{
		`{"resourceLogs":[`: "bad_json", `{"v":1}`: "unknown_format", "\x0a\xff": "unknown_format",
		strings.Replace(otlpRecords, "RECORDS", `{"eventName":"browser.web_vital"}`, 1): "no_valid_event",
	} {
		response := b.send(http.MethodPost, "/v1/logs", body, protocol.ContentTypeJSON)
		assert.Equal(t, http.StatusBadRequest, response.Code, body)
		assert.Contains(t, response.Body.String(), reason, body)
	}
	b.balanced()
}

func TestSessionsOfOpenTelemetryCountOnceWithAndWithoutAReportedStart(t *testing.T) {
	b := newBench(t, withOTLP)
	const session = `"attributes":[{"key":"session.id","value":{"stringValue":"SESSION"}}]`
	for _, record := range []string{
		`{"eventName":"session.start","timeUnixNano":"1795425651000000001",` + session + `}`,
		`{"eventName":"shop.seen","timeUnixNano":"1795425651000000002",` + session + `}`,
		`{"eventName":"shop.seen","timeUnixNano":"1795425651000000003",` + strings.Replace(session, "SESSION", "ANOTHER", 1) + `}`,
	} {
		response := b.send(http.MethodPost, "/v1/logs", strings.Replace(otlpRecords, "RECORDS", record, 1), protocol.ContentTypeJSON)
		require.Equal(t, http.StatusOK, response.Code, response.Body.String())
	}
	b.end()
	assert.EqualValues(t, 2, b.count("rum.sessions"))
	var names []string
	for _, record := range b.records() {
		names = append(names, record.EventName())
	}
	slices.Sort(names)
	assert.Equal(t, []string{semconv.EventSessionStart, "shop.seen", "shop.seen"}, names)
}
