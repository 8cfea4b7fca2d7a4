package rumreceiver

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// allocated is how many bytes f allocates, whether or not they are collected meanwhile.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// errorEvent is an event with this metadata.
func errorEvent(metadata string) string {
	return fmt.Sprintf(`{"type":"error","name":"E","timestamp":%d,"url":"https://shop.example/","sessionId":"s","metadata":{%s}}`, noon.UnixMilli(), metadata)
}

// costly are bodies of 1 MiB, each made to cost its reader as much as possible. As gzip they have some
// thousand bytes.
func costly() map[string]string {
	const size = 1 << 20
	fill := func(unit string, size int) string { return strings.Repeat(unit, size/len(unit)) }
	under := func(prefix, members string) string {
		return "[" + errorEvent(`"`+prefix+`":{`+members+`"z":1}`) + "]"
	}
	const half = size/2 - 300
	return map[string]string{
		"NothingButFaults":      "[" + fill("1,", size-3) + "1]",
		"AttributesOfALongName": under(fill("p", half), fill(`"a":1,`, half)),
		"NamesAtTheBound":       under(fill("p", 1020), fill(`"abcde":1,`, size-1400)),
		"NamesWithinTheBound":   under(fill("p", 1000), fill(`"a":1,`, size-1400)),
		"DeepLongNames":         under(fill("p", half/2)+`":{"`+fill("q", half/2), fill(`"a":1,`, half)+`"z":1},`),
		"OneAttributeOften":     "[" + errorEvent(fill(`"a":1,`, size-300)+`"b":1`) + "]",
		"ManyAttributes":        "[" + errorEvent(manyAttributes(size-300)+`"b":1`) + "]",
		"LongStack":             "[" + errorEvent(`"stack":"`+fill(`\n`, size-300)+`"`) + "]",
		"Escapes":               "[" + errorEvent(`"stack":"`+fill(`\u00e9`, size-300)+`"`) + "]",
		"DeepArrays":            "[" + fill(fill("[", 63)+fill("]", 63)+",", size-200) + "1]",
		"ManyPhases":            "[" + fill(`{"type":"navigation","name":"nav_dns","value":1,"timestamp":1764000000000},`, size-200) + "1]",
	}
}

func manyAttributes(size int) string {
	var members strings.Builder
	for i := 0; members.Len() < size-20; i++ {
		fmt.Fprintf(&members, `"a%d":1,`, i)
	}
	return members.String()
}

func TestABodyMadeToBeExpensiveAllocatesNotMuchMoreThanItsSize(t *testing.T) {
	b := newBench(t)
	b.post(lcp("warm", 1))
	for name, body := range costly() {
		t.Run(name, func(t *testing.T) {
			require.LessOrEqual(t, len(body), 1<<20)
			grown := allocated(func() {
				status := b.send(http.MethodPost, "/v1/rum", body, "").Code
				assert.Contains(t, []int{200, 400}, status)
			})
			t.Logf("%d KiB allocated for %d KiB", grown>>10, len(body)>>10)
			assert.Less(t, grown, int64(12<<20)) // body, its copy, the buffer that grew to it; 44 GB it was once
		})
	}
}

func TestRefusedEventsAreCountedAndNotKept(t *testing.T) {
	b := newBench(t)
	const events = 300_000
	status, got := b.post("[" + strings.Repeat("1,", events-1) + "1]")
	assert.Equal(t, 400, status)
	assert.Equal(t, events, got.Rejected)
	assert.EqualValues(t, events, b.counter("events_received"))
	assert.EqualValues(t, 1000, b.labelled("events_refused", "reason", string(beacon.ReasonBadEvent)))
	assert.EqualValues(t, events-1000, b.labelled("events_refused", "reason", string(beacon.ReasonTooManyEvents)))
}

// expanding is a batch of small events whose page has much to say.
func expanding(events int) string {
	var tags []string
	for i := range 60 {
		tags = append(tags, fmt.Sprintf(`"tag-%d":"%s"`, i, strings.Repeat("x", 1000)))
	}
	body := batch("wide", strings.Repeat(`{"k":"view","t":1},`, events-1)+`{"k":"view","t":1}`)
	return strings.Replace(body, `"v":1,`, `"v":1,"tags":{`+strings.Join(tags, ",")+`},`, 1)
}

func TestWhatABodyBecomesIsBounded(t *testing.T) {
	b := newBench(t)
	body := expanding(1000)
	require.Less(t, len(body), 100<<10)
	status, got := b.post(body)
	assert.Equal(t, 200, status)
	assert.Equal(t, 1000, got.Received+got.Rejected)
	assert.Equal(t, []eventError{{Index: got.Received, Reason: beacon.ReasonTooLarge, Error: beacon.ReasonTooLarge.Explain()}}, got.Errors)
	size := new(plog.ProtoMarshaler).LogsSize(b.logs.AllLogs()[0])
	t.Logf("%d KiB become %d KiB, in %d records", len(body)>>10, size>>10, got.Received)
	assert.Greater(t, got.Received, 50)
	assert.LessOrEqual(t, size, freeRecords+recordsPerWireByte*len(body))
	assert.EqualValues(t, got.Rejected, b.labelled("events_refused", "reason", string(beacon.ReasonTooLarge)))
	assert.EqualValues(t, 1000, b.counter("events_received"))
}

func TestWhatABodyBecomesIsBoundedByWhatCame(t *testing.T) {
	s := newServer(t)
	body := expanding(1000)
	zipped := gzipped(t, []byte(body))
	require.Less(t, len(zipped), 4<<10)
	status, _, answered := s.do(http.MethodPost, bytes.NewReader(zipped), map[string]string{"Content-Encoding": "gzip"})
	assert.Equal(t, 200, status, answered)
	size := new(plog.ProtoMarshaler).LogsSize(s.logs.AllLogs()[0])
	t.Logf("%d B on the wire become %d KiB, in %d records", len(zipped), size>>10, s.logs.LogRecordCount())
	assert.Positive(t, s.logs.LogRecordCount())
	assert.LessOrEqual(t, size, freeRecords+recordsPerWireByte*len(zipped))
	assert.EqualValues(t, 1000-s.logs.LogRecordCount(), s.labelled("events_refused", "reason", string(beacon.ReasonTooLarge)))
}

func TestRecordsOfManyBytesCountForMoreThanTheirEvents(t *testing.T) {
	b := newBench(t, shop(func(a *ApplicationConfig) { a.RateLimit = RateLimitConfig{EventsPerSecond: 1, Burst: 50} }))
	post := func(body string) int {
		response, _ := b.request("/v1/rum/new-key", body, "", nil)
		return response.Code
	}
	assert.Equal(t, 200, post(expanding(20)), "77 KiB that become 1.2 MiB")
	assert.Equal(t, 429, post(lcp("next", 1)))
}

// A name that is remembered, or a record that waits in a queue, must not keep the body that it came in.
func TestWhatStaysOfALargeBodyIsWhatWasReadOfIt(t *testing.T) {
	for protocol, body := range map[string]func(i int) string{
		"native": func(i int) string {
			return lcp(fmt.Sprint(i), 1)[:1] + strings.Repeat(" ", 1<<19) + lcp(fmt.Sprint(i), 1)[1:]
		},
		"names": func(i int) string {
			return fmt.Sprintf(`[%s{"type":"metric","name":"n%d","value":1,"timestamp":%d}]`, strings.Repeat(" ", 1<<19), i, noon.UnixMilli())
		},
	} {
		t.Run(protocol, func(t *testing.T) {
			b := newBench(t)
			growth := heapGrowth(func() {
				for i := range 50 {
					status, _ := b.post(body(i))
					require.Equal(t, 200, status)
				}
			})
			assert.Equal(t, 50, b.logs.LogRecordCount())
			assert.Less(t, growth, int64(4<<20))
		})
	}
}

func TestALargeBodyCountsForMoreThanItsEvents(t *testing.T) {
	b := newBench(t, shop(func(a *ApplicationConfig) { a.RateLimit = RateLimitConfig{EventsPerSecond: 1, Burst: 20} }))
	send := func(id string, metadata int) int {
		body := "[" + errorEvent(`"id":"`+id+`","x":"`+strings.Repeat("x", metadata)+`"`) + "]"
		response, _ := b.request("/v1/rum/new-key", body, "", nil)
		return response.Code
	}
	for i := range 10 {
		assert.Equal(t, 200, send(fmt.Sprint(i), 1_500), "an event counts once")
	}
	assert.Equal(t, 200, send("large", 1<<19))
	assert.Equal(t, 429, send("next", 1))
}

func TestWhatIsRememberedOfASenderIsWhatWasReadOfIt(t *testing.T) {
	b := newBench(t)
	growth := heapGrowth(func() {
		for i := range 1000 {
			headers := map[string]string{"User-Agent": fmt.Sprintf("Browser-%d/1.0 ", i) + strings.Repeat("x", 60<<10)}
			response, _ := b.request("/v1/rum", lcp(fmt.Sprint(i), 1), "", headers)
			require.Equal(t, 200, response.Code)
			b.logs.Reset()
		}
	})
	assert.EqualValues(t, 1000, b.size("user_agents"))
	t.Logf("live heap grew by %d KiB for 1000 user agents of 60 KiB", growth>>10)
	assert.Less(t, growth, int64(8<<20))
}
