package rumreceiver

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
)

// needed are the members without which an event is none, by SDK: all others may be null or left away.
var needed = map[string]struct{ protocol, members string }{
	"native":        {"native", "[].name [].timestamp [].type [].value"},
	"web-vitals":    {"web_vitals", "[].name [].value"},
	"OpenTelemetry": {"otlp", ".resourceLogs[].scopeLogs[].logRecords[].attributes[].value.doubleValue .resourceLogs[].scopeLogs[].logRecords[].attributes[].value.intValue"}, // of a vital
	"Faro": {"faro", `.meta .events[].name .events[].timestamp .exceptions[].timestamp .logs[].timestamp .measurements[].timestamp .measurements[].type .measurements[].values
		.measurements[].values.cls .measurements[].values.fcp .measurements[].values.inp .measurements[].values.lcp .measurements[].values.ttfb .measurements[].values.product_list_ready`},
	"Datadog": {"datadog", "._dd .type .date .action.type .long_task .long_task.duration .resource .resource.duration .resource.url .vital .vital.duration .vital.name"},
	"Sentry":  {"sentry", ".type .exception .exception.values .items .items[].start_timestamp .items[].end_timestamp .items[].value .sid"},
	"Elastic": {"elastic", ".m .e .x .x.t .x.y[].c.h .x.y[].c.h.url"},
}

func TestOnlyWhatAnEventIsMadeOfMayCostIt(t *testing.T) {
	for _, visit := range visits {
		of, ok := needed[visit.name]
		if !ok {
			continue // a form
		}
		t.Run(visit.name, func(t *testing.T) {
			costs := map[string]bool{}
			for _, to := range []any{nil, absent{}} {
				maps.Copy(costs, eventsCostBy(t, recordings(t, visit.captures), of.protocol, visit.target, to))
			}
			assert.Subset(t, strings.Fields(of.members), slices.Sorted(maps.Keys(costs)))
		})
	}
}

type absent struct{}

// eventsCostBy are the members whose change costs an event, each tried where it stands first.
func eventsCostBy(t *testing.T, requests []recorded, name string, target func(recorded) string, to any) map[string]bool {
	t.Helper()
	protocols := all.Protocols()
	p := &protocols[slices.IndexFunc(protocols, func(p protocol.Protocol) bool { return p.Name == name })]
	decode := p.New(p.DefaultPaths)
	seen, costs := map[string]bool{}, map[string]bool{}
	for _, request := range requests {
		path, query, _ := strings.Cut(target(request), "?")
		facts := protocol.Facts{Method: http.MethodPost, Path: path, Query: query, Header: http.Header{}}
		lines := strings.Split(request.plain(t), "\n")
		for i, line := range lines {
			var value any
			if json.Unmarshal([]byte(line), &value) != nil {
				continue
			}
			members(value, "", func(path string, put func(any), old any) {
				if seen[path] {
					return
				}
				seen[path] = true
				put(to)
				changed := slices.Clone(lines)
				changed[i] = asJSON(t, value)
				put(old)
				beacons, err := decode(facts, []byte(strings.Join(changed, "\n")), beacon.DefaultLimits())
				refused := err != nil
				for j := range beacons {
					refused = refused || beacons[j].Rejected() > 0
				}
				if refused {
					costs[path] = true
				}
			})
		}
	}
	return costs
}

// members calls see for each member of a value, in whatever depth, with a way to put another value in its place.
func members(value any, path string, see func(path string, put func(any), old any)) {
	switch value := value.(type) {
	case []any:
		for _, element := range value {
			members(element, path+"[]", see)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(value)) {
			see(path+"."+name, func(v any) {
				if _, is := v.(absent); is {
					delete(value, name)
				} else {
					value[name] = v
				}
			}, value[name])
			members(value[name], path+"."+name, see)
		}
	}
}
