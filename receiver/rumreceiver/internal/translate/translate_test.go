package translate

import (
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// everyKind has one event of each kind on one page. What single records look like is proved by the
// goldens in testdata/beacon.
func everyKind() *beacon.Beacon {
	b := &beacon.Beacon{Pages: []beacon.Page{{SessionID: "s", Tags: []beacon.Tag{{Key: "plan", Value: "gold"}}}}}
	for kind := range beacon.NumKinds {
		b.Events = append(b.Events, beacon.Event{
			Payload: whole(kind), Count: 1, Time: noon, Attributes: []beacon.Attribute{{Key: "free", String: "x"}},
		})
	}
	return b
}

// whole is a payload of the kind whose every member is set.
func whole(kind beacon.Kind) beacon.Payload {
	payload := reflect.New(reflect.TypeOf(beacon.Kinds[kind].Payload).Elem())
	fill(payload.Elem())
	return payload.Interface().(beacon.Payload)
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(500)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	}
}

func records(logs plog.Logs) plog.LogRecordSlice {
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
}

func TestEveryKindHasANameOfItsOwnAndNoKeyTwice(t *testing.T) {
	got := records(Logs(everyKind(), Settings{EventNameAttribute: true}, noon))
	names := map[string]bool{}
	for _, record := range got.All() {
		names[record.EventName()] = true
		attribute, ok := record.Attributes().Get(semconv.EventName)
		require.True(t, ok)
		assert.Equal(t, record.EventName(), attribute.Str())
		keys := map[string]bool{}
		for key := range record.Attributes().All() {
			assert.False(t, keys[key], "%s twice in %s", key, record.EventName())
			keys[key] = true
		}
		assert.True(t, keys[semconv.TagPrefix+"plan"])
		assert.Equal(t, "Empty", record.Body().Type().String())
	}
	assert.Len(t, names, got.Len())
}

func TestARecordListsWhatWasCutOfItAndOfItsPage(t *testing.T) {
	b := everyKind()
	b.Pages[0].Trimmed = 1 << beacon.BoundURL
	b.Events[1].Trimmed = 1<<beacon.BoundFrames | 1<<beacon.BoundURL
	got := records(Logs(b, Settings{}, noon))
	first, _ := got.At(0).Attributes().Get(semconv.Trimmed)
	assert.Equal(t, []any{"max_url_length"}, first.Slice().AsRaw())
	second, _ := got.At(1).Attributes().Get(semconv.Trimmed)
	assert.Equal(t, []any{"max_url_length", "max_stack_frames"}, second.Slice().AsRaw())

	_, ok := records(Logs(everyKind(), Settings{}, noon)).At(0).Attributes().Get(semconv.Trimmed)
	assert.False(t, ok)
}

func TestTheEventNameAttributeIsAnOption(t *testing.T) {
	for _, record := range records(Logs(everyKind(), Settings{}, noon)).All() {
		_, ok := record.Attributes().Get(semconv.EventName)
		assert.False(t, ok)
		assert.NotEmpty(t, record.EventName())
	}
}

func TestErrorsAreErrorsAndBudgetEventsWarn(t *testing.T) {
	for _, record := range records(Logs(everyKind(), Settings{}, noon)).All() {
		want := plog.SeverityNumberInfo
		switch record.EventName() {
		case semconv.EventException:
			want = plog.SeverityNumberError
		case semconv.EventBudgetClientViolation:
			want = plog.SeverityNumberWarn
		}
		assert.Equal(t, want, record.SeverityNumber(), record.EventName())
	}
}

func TestFingerprintsGroupWhatIsTheSameBug(t *testing.T) {
	print := func(class, message, stack string) string {
		return fingerprint(&beacon.Exception{Type: class, Message: message, Stack: stack})
	}
	const chromium = "TypeError: x\n    at pay (https://a.example/app-1.js:1:2)\n    at https://a.example/app-1.js:3:4"
	const nextRelease = "TypeError: x\n    at pay (https://a.example/app-2.js:9:9)\n    at https://a.example/app-2.js:8:8"

	same := print("TypeError", "order 17 of 'jane' can't be paid", chromium)
	assert.Equal(t, same, print("TypeError", "order 4711 of 'bob' can't be paid", nextRelease))
	assert.NotEqual(t, same, print("RangeError", "order 17 of 'jane' can't be paid", chromium), "another type")
	assert.NotEqual(t, same, print("TypeError", "order 17 of 'jane' can't be shipped", chromium), "another message")
	assert.NotEqual(t, print("E", "m", "pay@https://a.example/a.js:1:2"), print("E", "m", "ship@https://a.example/a.js:1:2"), "another function, as Firefox writes it")
}
