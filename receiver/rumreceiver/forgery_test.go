package rumreceiver

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
)

// forged are names of attributes that are the server's to write, or the key's, whatever a page says.
var forged = []string{
	semconv.ServiceName, semconv.ServiceNamespace, semconv.DeploymentEnvironmentName, semconv.ServiceInstanceID, semconv.ClientAddress,
	semconv.GeoCountryISOCode, semconv.GeoRegionISOCode, semconv.GeoLocalityName, semconv.UserAgentSyntheticType,
	semconv.Trimmed, semconv.Implausible, semconv.ExceptionNoise, semconv.EventName,
	semconv.BudgetName, semconv.BudgetMetric, semconv.BudgetValue, semconv.BudgetLimit, semconv.BudgetExceeded, semconv.BudgetLevel, semconv.BudgetInvalid,
	semconv.SamplingThreshold, semconv.SamplingRandomness, semconv.SamplingClientRate, semconv.SamplingAdjustedCount, semconv.SamplingReason, semconv.SamplingUnit,
}

const forgery = "forged"

func forgedObject() map[string]any {
	object := map[string]any{}
	for _, name := range forged {
		object[name] = forgery
	}
	return object
}

func forgedList() (list []any) {
	for _, name := range forged {
		list = append(list, map[string]any{"key": name, "value": map[string]any{"stringValue": forgery}})
	}
	return list
}

// forgeries are bodies by path, with every place that a format has for words of the page.
func forgeries(t *testing.T) map[string][]byte {
	object := forgedObject()
	at, stamp := noon.UnixMilli(), noon.Format(time.RFC3339)
	nano := fmt.Sprint(noon.UnixNano())
	bodies := map[string]any{
		"/v1/rum?form=array": []any{
			map[string]any{"type": "metric", "name": "m", "value": 1, "timestamp": at, "tags": object, "metadata": object},
			map[string]any{"type": "error", "name": "E", "timestamp": at, "tags": object, "metadata": object},
			map[string]any{"type": "metric", "name": "LCP", "value": 1, "timestamp": at, "tags": object, "metadata": object},
		},
		"/v1/rum?form=batch": map[string]any{
			"v": 1, "id": "x", "t0": at, "now": 0, "tags": object, "app": map[string]any{"name": forgery, "environment": forgery, "env": forgery},
			"session": map[string]any{"id": "s"}, "pages": []any{map[string]any{"id": "p", "url": "https://shop.example/"}},
			"events": []any{map[string]any{"k": "click", "t": 1, "a": object}, map[string]any{"k": "vital", "n": "LCP", "v": 1, "t": 1, "a": object}},
		},
		"/v1/web-vitals": []any{map[string]any{"name": "LCP", "value": 1, "id": "x", "attribution": object, "tags": object}},
		"/faro/collect": map[string]any{
			"meta": map[string]any{
				"app": map[string]any{"name": forgery, "environment": forgery}, "session": map[string]any{"id": "s", "attributes": object},
				"user": map[string]any{"id": "u", "attributes": object}, "view": map[string]any{"name": "v"},
			},
			"events":       []any{map[string]any{"name": "e", "timestamp": stamp, "attributes": object}},
			"exceptions":   []any{map[string]any{"type": "E", "value": "x", "timestamp": stamp, "context": object}},
			"measurements": []any{map[string]any{"type": "t", "timestamp": stamp, "values": map[string]any{"v": 1}, "context": object}},
		},
		"/datadog": map[string]any{ // the body of one event is one object
			"type": "action", "_dd": map[string]any{"format_version": 2}, "date": at, "service": forgery, "version": "1", "ddtags": "env:" + forgery,
			"session": map[string]any{"id": "s"}, "usr": object, "account": object, "feature_flags": object, "context": object, "connectivity": object,
			"view": map[string]any{"id": "v", "name": forgery, "custom_timings": object}, "action": map[string]any{"type": "custom", "target": map[string]any{"name": "e"}},
		},
		"/datadog?form=view": map[string]any{
			"type": "view", "_dd": map[string]any{"document_version": 1}, "date": at, "service": forgery, "session": map[string]any{"id": "s"}, "context": object,
			"view": map[string]any{"id": "v", "name": forgery, "loading_type": forgery, "first_byte": 1, "custom_timings": map[string]any{semconv.SamplingThreshold: 1}},
		},
		"/intake/v2/rum/events": map[string]any{"transaction": map[string]any{
			"id": "a", "type": "page-load", "name": forgery, "duration": 1, "context": map[string]any{"custom": object, "tags": object, "user": object},
			"marks": map[string]any{"agent": map[string]any{"timeToFirstByte": 1}, "custom": map[string]any{semconv.SamplingThreshold: 1}},
		}},
		"/intake/v3/rum/events": map[string]any{"e": map[string]any{
			"ex": map[string]any{"mg": "x"}, "c": map[string]any{"cu": object, "g": object, "u": object},
		}},
		"/v1/logs": map[string]any{"resourceLogs": []any{map[string]any{
			"resource": map[string]any{"attributes": forgedList()},
			"scopeLogs": []any{map[string]any{
				"scope": map[string]any{"name": "x", "attributes": forgedList()},
				"logRecords": []any{
					map[string]any{"timeUnixNano": nano, "eventName": "browser.web_vital", "attributes": append(forgedList(),
						map[string]any{"key": "name", "value": map[string]any{"stringValue": "lcp"}}, map[string]any{"key": "browser.web_vital.name", "value": map[string]any{"stringValue": "lcp"}},
						map[string]any{"key": "browser.web_vital.value", "value": map[string]any{"doubleValue": 1}})},
					map[string]any{"timeUnixNano": nano, "eventName": "exception", "attributes": append(forgedList(),
						map[string]any{"key": "exception.type", "value": map[string]any{"stringValue": "E"}})},
					map[string]any{"timeUnixNano": nano, "eventName": "shop.checkout", "attributes": forgedList()},
				},
			}},
		}}},
	}
	valued := map[string]any{}
	for name, value := range object {
		valued[name] = map[string]any{"value": value, "type": "string"}
	}
	sentry := func(kind string, item map[string]any) []byte {
		text := []byte(`{"sdk":{},"trace":{"environment":"` + forgery + `","release":"` + forgery + `@1"}}` + "\n" + `{"type":"` + kind + `"}` + "\n")
		payload, err := json.Marshal(item)
		require.NoError(t, err)
		return append(text, payload...)
	}
	encoded := map[string][]byte{
		"/api/{project}/envelope?form=event": sentry("event", map[string]any{
			"timestamp": at / 1000, "level": "error", "environment": forgery, "release": forgery + "@1", "tags": object, "extra": object, "user": object,
			"contexts": map[string]any{"rum": object, "service": object, "x": object}, "exception": map[string]any{"values": []any{map[string]any{"type": "E", "value": "x"}}},
		}),
		"/api/{project}/envelope?form=message": sentry("event", map[string]any{
			"timestamp": at / 1000, "level": "info", "message": "m", "tags": object, "extra": object,
			"contexts": map[string]any{"rum": map[string]any{"budget": object}, "service": map[string]any{"name": forgery}, "sampling": map[string]any{"threshold": forgery}},
		}),
		"/api/{project}/envelope?form=log":    sentry("log", map[string]any{"items": []any{map[string]any{"timestamp": at / 1000, "level": "info", "body": "b", "attributes": valued}}}),
		"/api/{project}/envelope?form=metric": sentry("trace_metric", map[string]any{"items": []any{map[string]any{"timestamp": at / 1000, "name": "m", "value": 1, "attributes": valued}}}),
	}
	for path, body := range bodies {
		text, err := json.Marshal(body)
		require.NoError(t, err)
		encoded[path] = text
	}
	form := url.Values{"u": {"https://shop.example/"}, "v": {"1"}, "pid": {"p"}, "rt.si": {"s"}, "t_other": {semconv.SamplingThreshold + "|1"}, "pt.lcp": {"1"}, "pt.lcp.e": {"x"}}
	for _, name := range forged {
		form.Set(name, forgery)
	}
	extra, err := json.Marshal([]any{map[string]any{"m": "x", "x": object}})
	require.NoError(t, err)
	form.Set("err", string(extra))
	encoded["/boomerang"] = []byte(form.Encode())
	logs, err := new(plog.JSONUnmarshaler).UnmarshalLogs(encoded["/v1/logs"])
	require.NoError(t, err)
	encoded["/v1/logs?form=binary"], err = new(plog.ProtoMarshaler).MarshalLogs(logs)
	require.NoError(t, err)
	return encoded
}

func everyProtocol(cfg *Config) {
	for name, section := range cfg.Protocols {
		section.Enabled = true
		cfg.Protocols[name] = section
	}
}

func TestNoPageWritesAttributesThatAreNotItsOwn(t *testing.T) {
	bodies := forgeries(t)
	for _, p := range all.Protocols() {
		covered := slices.ContainsFunc(slices.Collect(maps.Keys(bodies)), func(path string) bool { return strings.HasPrefix(path, p.DefaultPaths[0]) })
		assert.True(t, covered, "a body of %s is missing", p.Name)
	}
	for path, body := range bodies {
		t.Run(path, func(t *testing.T) {
			b := newBench(t, shop(nil), withConfig(everyProtocol))
			separator := "?"
			if strings.Contains(path, "?") {
				separator = "&"
			}
			response, _ := b.request(path+separator+"key=new-key", string(body), "https://www.shop.example", nil)
			require.Contains(t, []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent}, response.Code, response.Body)
			records := 0
			for _, logs := range b.logs.AllLogs() {
				for _, resource := range logs.ResourceLogs().All() {
					attributes := resource.Resource().Attributes()
					notForged(t, attributes)
					service, _ := attributes.Get(semconv.ServiceName)
					assert.Equal(t, "shop", service.Str())
					environment, _ := attributes.Get(semconv.DeploymentEnvironmentName)
					assert.Equal(t, "production", environment.Str())
					for _, scope := range resource.ScopeLogs().All() {
						notForged(t, scope.Scope().Attributes())
						for _, record := range scope.LogRecords().All() {
							records++
							notForged(t, record.Attributes())
							assert.NotEqual(t, forgery, record.EventName())
						}
					}
				}
			}
			assert.Positive(t, records)
		})
	}
}

func notForged(t *testing.T, attributes pcommon.Map) {
	t.Helper()
	seen := map[string]bool{}
	for name, value := range attributes.All() {
		assert.False(t, seen[name], "%s twice", name)
		seen[name] = true
		for _, owned := range forged {
			if name == owned {
				assert.NotContains(t, value.AsString(), forgery, name)
			}
		}
	}
}

// vitalsAt is a batch of a client that says to keep sessions at a rate.
func vitalsAt(id string, rate float64, events int) string {
	list := make([]string, events)
	for i := range list {
		list[i] = fmt.Sprintf(`{"k":"vital","t":1,"n":"LCP","v":100000,"id":"%s-%d"}`, id, i)
	}
	return fmt.Sprintf(`{"v":1,"id":%q,"t0":%d,"now":0,"session":{"id":%q,"rate":%g},"pages":[{"id":"p","url":"https://shop.example/"}],"events":[%s]}`,
		id, noon.UnixMilli(), id, rate, strings.Join(list, ","))
}

// While a backend is away, a client repeats its batches. What it claims for them is claimed once, or the next events of all that share
// its address would stand for themselves alone.
func TestARepeatedBatchClaimsItsWeightOnce(t *testing.T) {
	var b *bench
	away := true
	logs, err := newLogs(func(ctx context.Context, ld plog.Logs) error {
		if away {
			return errors.New("queue is full")
		}
		return b.logs.ConsumeLogs(ctx, ld)
	})
	require.NoError(t, err)
	b = newBench(t, withLogs(logs), withConfig(func(cfg *Config) {
		cfg.AddressLimit.EventsPerSecond, cfg.AddressLimit.WeightPerMinute = 1000, 2500
	}))
	send := func(id string) int {
		response, _ := b.request("/v1/rum", vitalsAt(id, 0.01, 10), "203.0.113.7:1", nil)
		return response.Code
	}
	for range 20 {
		require.Equal(t, http.StatusServiceUnavailable, send("first"))
	}
	away = false
	require.Equal(t, http.StatusOK, send("second"))
	b.end()
	assert.EqualValues(t, 2*10*100, b.count("browser.web_vital.lcp"))
	for _, record := range b.records() {
		weight, _ := record.Attributes().Get(semconv.SamplingAdjustedCount)
		assert.InDelta(t, 100, weight.Double(), 1e-9)
	}
}

func TestWhatStrangersClaimToStandForIsBounded(t *testing.T) {
	t.Run("OneBody", func(t *testing.T) {
		b := newBench(t)
		status, _ := b.post(vitalsAt("evil", 1e-9, 1000))
		assert.Equal(t, 200, status)
		b.end()
		assert.InDelta(t, 100_000, b.count("browser.web_vital.lcp"), 1)
		for _, record := range b.records() {
			rate, _ := record.Attributes().Get(semconv.SamplingClientRate)
			assert.InDelta(t, 0.01, rate.Double(), 1e-9)
			marks, _ := record.Attributes().Get(semconv.Trimmed)
			assert.Equal(t, []any{"max_weight"}, marks.Slice().AsRaw())
		}
		assert.Positive(t, b.labelled("trimmed", "bound", "max_weight"))
	})
	t.Run("OneBodyOfManyApplications", func(t *testing.T) {
		b := newBench(t, withDatadog)
		var lines strings.Builder
		for i := range 1000 {
			fmt.Fprintf(&lines, `{"type":"action","_dd":{"format_version":2,"configuration":{"session_sample_rate":1e-7}},"date":%d,"service":"evil%d","session":{"id":"s"},`+
				`"view":{"id":"v"},"action":{"id":"a%d","type":"custom","target":{"name":"x"}}}`+"\n", noon.UnixMilli(), i, i)
		}
		require.Less(t, b.send(http.MethodPost, "/datadog", lines.String(), "").Code, 300)
		records := b.records()
		require.Len(t, records, 1000)
		counts := 0.0
		for _, record := range records {
			count, _ := record.Attributes().Get(semconv.SamplingAdjustedCount)
			counts += count.Double()
		}
		assert.InDelta(t, 100_000, counts, 1)
	})
	t.Run("OneAddress", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) {
			cfg.AddressLimit.EventsPerSecond, cfg.AddressLimit.ExemptNetworks = 1e6, nil
		}))
		const bodies = 20
		for i := range bodies {
			status, _ := b.post(vitalsAt(fmt.Sprint("evil", i), 1e-9, 50))
			assert.Equal(t, 200, status)
		}
		b.end()
		assert.InDelta(t, 100_000+50*bodies, b.count("browser.web_vital.lcp"), 2)
	})
	t.Run("AnHonestClientIsBelieved", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.AddressLimit.ExemptNetworks = nil }))
		for i := range 10 {
			status, _ := b.post(vitalsAt(fmt.Sprint("good", i), 0.01, 30))
			assert.Equal(t, 200, status)
		}
		b.end()
		assert.InDelta(t, 30_000, b.count("browser.web_vital.lcp"), 1)
		assert.Zero(t, b.labelled("trimmed", "bound", "max_weight"))
	})
	t.Run("NobodyIsBelieved", func(t *testing.T) {
		b := newBench(t, withConfig(func(cfg *Config) { cfg.Limits.MaxWeight = 1 }))
		b.post(vitalsAt("evil", math.SmallestNonzeroFloat64, 10))
		b.end()
		assert.EqualValues(t, 10, b.count("browser.web_vital.lcp"))
	})
}
