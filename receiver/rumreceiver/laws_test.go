package rumreceiver

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/all"
)

// facts are what the table of docs/clients.md has of a visit.
func (b *bench) facts() (facts []string) {
	for _, fact := range factsOfVisit {
		facts = append(facts, fmt.Sprint(fact.name, ": ", fact.count(b)))
	}
	return facts
}

// visitedBy is the receiver after the bodies of a visit, each of which is sent as send says.
func visitedBy(t *testing.T, captures string, target func(recorded) string, send func(r recorded, post func(body string))) *bench {
	t.Helper()
	b := newBench(t, withConfig(func(cfg *Config) {
		for _, p := range all.Protocols() {
			cfg.Protocols.turnOn(p.Name)
		}
	}))
	for _, request := range recordings(t, captures) {
		send(request, func(body string) {
			response := b.send(request.Method, target(request), body, request.Headers["content-type"])
			require.Less(t, response.Code, 300, response.Body.String())
		})
	}
	b.end()
	b.balanced()
	return b
}

func TestAnyRetryAddsNothingWhicheverSDKSendsIt(t *testing.T) {
	for _, visit := range visits {
		t.Run(visit.name, func(t *testing.T) {
			var before []func()
			again := visitedBy(t, visit.captures, visit.target, func(r recorded, post func(string)) {
				post(r.body)
				post(r.body) // at once
				before = append(before, func() { post(r.body) })
				if len(before) > 2 { // and when others have come
					before[len(before)-3]()
				}
			})
			once := visited(t, visit.captures, visit.target)
			assert.Equal(t, once.facts(), again.facts())
			assert.Len(t, again.records(), len(once.records()))
		})
	}
}

func TestABatchThatIsCutInTwoGivesTheSameOutput(t *testing.T) {
	for _, visit := range visits {
		cut := cuts[visit.name]
		if cut == nil {
			continue
		}
		t.Run(visit.name, func(t *testing.T) {
			parts := 0
			inTwo := visitedBy(t, visit.captures, visit.target, func(r recorded, post func(string)) {
				for _, part := range cut(t, r.plain(t)) {
					post(part)
					parts++
				}
			})
			whole := visited(t, visit.captures, visit.target)
			assert.Equal(t, whole.facts(), inTwo.facts())
			assert.Greater(t, parts, len(recordings(t, visit.captures)), "nothing was cut")
		})
	}
}

// cuts are how a body of each format is made two; a beacon of boomerang is one, and of Datadog's there is a test of its own
// (TestHoweverAVisitByDatadogIsCutAndOrderedItsOutputIsTheSame).
var cuts = map[string]func(t *testing.T, body string) []string{
	"native":        cutArray,
	"web-vitals":    cutArray,
	"OpenTelemetry": cutObject("resourceLogs", "scopeLogs", "logRecords"),
	"Faro":          cutObject(),
	"Sentry":        cutEnvelope,
	"Elastic":       cutLines,
}

func cutArray(t *testing.T, body string) []string {
	var events []json.RawMessage
	if json.Unmarshal([]byte(body), &events) != nil || len(events) < 2 {
		return []string{body}
	}
	return []string{asJSON(t, events[:len(events)/2]), asJSON(t, events[len(events)/2:])}
}

// cutObject cuts all lists of a payload beside its meta, or of the last of the members that lead to them.
func cutObject(path ...string) func(t *testing.T, body string) []string {
	return func(t *testing.T, body string) []string {
		half := func(second bool) string {
			var payload map[string]any
			require.NoError(t, json.Unmarshal([]byte(body), &payload))
			cutLists(payload, path, second)
			return asJSON(t, payload)
		}
		return []string{half(false), half(true)}
	}
}

func cutLists(in map[string]any, path []string, second bool) {
	for name, member := range in {
		list, ok := member.([]any)
		switch {
		case !ok || len(path) > 0 && name != path[0]:
		case len(path) > 1:
			for _, element := range list {
				cutLists(element.(map[string]any), path[1:], second)
			}
		case second:
			in[name] = list[len(list)/2:]
		default:
			in[name] = list[:len(list)/2]
		}
	}
}

var ofLoad = regexp.MustCompile(`"value":"(browser\.|pageload")`)

// cutEnvelope has the headers on both, and halves of what its one item lists. The spans of a page load stay together, for the
// SDK ends them at once, and one event is made of those in an envelope.
func cutEnvelope(t *testing.T, body string) []string {
	lines := strings.Split(body, "\n")
	var payload struct {
		Items []any `json:"items"`
	}
	if len(lines) != 3 || json.Unmarshal([]byte(lines[2]), &payload) != nil || len(payload.Items) < 2 {
		return []string{body}
	}
	var first, second []any
	for i, item := range payload.Items {
		if i < len(payload.Items)/2 || ofLoad.MatchString(asJSON(t, item)) {
			first = append(first, item)
		} else {
			second = append(second, item)
		}
	}
	var parts []string
	for _, items := range [][]any{first, second} {
		parts = append(parts, lines[0]+"\n"+lines[1]+"\n"+asJSON(t, map[string]any{"version": 2, "items": items}))
	}
	return parts
}

// cutLines has the first, which is the metadata, on both.
func cutLines(_ *testing.T, body string) []string {
	lines := strings.Split(strings.TrimSpace(body), "\n")
	if len(lines) < 3 {
		return []string{body}
	}
	at := 1 + len(lines[1:])/2
	return []string{lines[0] + "\n" + strings.Join(lines[1:at], "\n"), lines[0] + "\n" + strings.Join(lines[at:], "\n")}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	body, err := json.Marshal(v)
	require.NoError(t, err)
	return string(body)
}
