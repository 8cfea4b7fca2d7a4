package translate

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/enrich"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/native"
)

// wide is a batch of events with many attributes of few bytes, each event with names of its own, on a page with many
// tags.
func wide(events, attributes, tags int, value string) []byte {
	list := func(first, n int, value string) string {
		members := make([]string, n)
		for i := range members {
			members[i] = fmt.Sprintf(`"%x":%s`, first+i, value)
		}
		return "{" + strings.Join(members, ",") + "}"
	}
	all := make([]string, events)
	for i := range all {
		all[i] = `{"k":"click","t":1,"a":` + list(i*attributes, attributes, value) + `}`
	}
	return []byte(`{"v":1,"id":"x","t0":1764000000000,"now":1,"session":{"id":"s"},"tags":` + list(0, tags, `"v"`) +
		`,"pages":[{"id":"p","url":"https://shop.example/"}],"events":[` + strings.Join(all, ",") + `]}`)
}

func sized(t *testing.T) map[string][]byte {
	bodies := map[string][]byte{
		"numbers": wide(300, 64, 64, "1"), "flags": wide(300, 64, 0, "true"), "texts": wide(300, 30, 30, `"`+strings.Repeat("x", 100)+`"`),
		"bare": wide(1000, 0, 0, "1"), "tags": wide(300, 0, 64, "1"),
	}
	paths, err := filepath.Glob("../../../../testdata/beacon/*/beacon.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		body, err := os.ReadFile(path)
		require.NoError(t, err)
		bodies[filepath.Base(filepath.Dir(path))] = body
	}
	return bodies
}

// sizes of a body's records: as they were estimated, in memory, and encoded.
func sizes(t *testing.T, enricher *enrich.Enricher, body []byte) (estimated, memory, encoded float64) {
	const copies = 200 // so that what one takes can be seen
	kept := make([]plog.Logs, 0, copies)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	decode := native.Protocol().New(nil)
	for range max(1, copies*10_000/len(body)) {
		beacons, err := decode(protocol.Facts{}, body, beacon.DefaultLimits())
		require.NoError(t, err)
		b := &beacons[0]
		var size beacon.Size
		require.True(t, beacon.LimitSize(b, &size, math.MaxInt))
		estimated += float64(max(size.Memory+beacon.Detach(beacons, len(body)), size.Encoded))
		enricher.Enrich(b, enrich.Sender{UserAgent: "x"}, noon)
		kept = append(kept, Logs(b, Settings{EventNameAttribute: true}, noon))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	for i := range kept {
		encoded += float64(new(plog.ProtoMarshaler).LogsSize(kept[i]))
	}
	n := float64(len(kept))
	return estimated / n, float64(after.HeapAlloc-before.HeapAlloc) / n, encoded / n
}

func TestWhatRecordsCostIsEstimatedWithinAFifth(t *testing.T) {
	enricher, err := enrich.New(enrich.Settings{})
	require.NoError(t, err)
	defer enricher.Close()
	for name, body := range sized(t) {
		t.Run(name, func(t *testing.T) {
			estimated, memory, encoded := sizes(t, enricher, body)
			cost := max(memory, encoded)
			t.Logf("estimated %.0f B, in memory %.0f B, encoded %.0f B: %+.0f %%", estimated, memory, encoded, 100*(estimated/cost-1))
			assert.InDelta(t, 1, estimated/cost, 0.2)
		})
	}
}
