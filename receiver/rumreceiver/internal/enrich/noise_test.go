package enrich

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/internal/growth"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestNoiseAmongErrorsIsRecognised(t *testing.T) {
	n, err := compileNoise([]string{`^ChunkLoadError: `, `//widget\.example/`})
	require.NoError(t, err)
	const app = "https://shop.example/app.js"
	for name, tc := range map[string]struct {
		e    beacon.Exception
		want string
	}{
		"Application":         {beacon.Exception{Type: "TypeError", Message: "x is undefined", File: app, Stack: "TypeError: x is undefined\n    at f (" + app + ":1:2)"}, ""},
		"ChromiumExtension":   {beacon.Exception{Type: "TypeError", Message: "x", Stack: "TypeError: x\n    at <anonymous>\n    at f (chrome-extension://abcdefghijklmnop/c.js:1:2)\n    at g (" + app + ":1:2)"}, "extension"},
		"CalledByAnExtension": {beacon.Exception{Type: "TypeError", Message: "x", Stack: "TypeError: x\n    at g (" + app + ":1:2)\n    at f (chrome-extension://abcdefghijklmnop/c.js:1:2)"}, ""},
		"FirefoxExtension":    {beacon.Exception{Type: "TypeError", Message: "x", Stack: "f@moz-extension://3f2504e0-4f89-11d3-9a0c-0305e82c3301/c.js:1:2\ng@" + app + ":1:2"}, "extension"},
		"SafariExtension":     {beacon.Exception{Type: "TypeError", Message: "x", Stack: "@webkit-masked-url://hidden/:1:2\ng@" + app + ":1:2"}, "extension"},
		"NativeFrameFirst":    {beacon.Exception{Type: "TypeError", Message: "x", Stack: "forEach@[native code]\nf@safari-web-extension://x/c.js:1:2"}, "extension"},
		"OnlyTheFileIsKnown":  {beacon.Exception{Type: "", Message: "x", File: "safari-extension://x/c.js"}, "extension"},
		"TheStackKnowsBetter": {beacon.Exception{Type: "TypeError", Message: "x", File: "chrome-extension://x/c.js", Stack: "f@" + app + ":1:2"}, ""},
		"URLInTheMessage":     {beacon.Exception{Type: "Error", Message: "x", Stack: "Error: no chrome-extension://x/c.js\n    at f (" + app + ":1:2)"}, ""},
		"AtSignInTheMessage":  {beacon.Exception{Type: "Error", Message: "x", Stack: "Error: a@chrome-extension://x/c.js\n    at f (" + app + ":1:2)"}, ""},
		"InjectedByAnApp":     {beacon.Exception{Type: "ReferenceError", Message: "Can't find variable: __gCrWeb", File: app}, "extension"},
		"ClosedPort":          {beacon.Exception{Type: "Error", Message: "The message port closed before a response was received."}, "extension"},
		"ResizeObserver":      {beacon.Exception{Type: "Error", Message: "ResizeObserver loop completed with undelivered notifications.", File: app}, "resize_observer"},
		"OldResizeObserver":   {beacon.Exception{Type: "", Message: "ResizeObserver loop limit exceeded"}, "resize_observer"},
		"ResizeObserverBug":   {beacon.Exception{Type: "ReferenceError", Message: "ResizeObserver is not defined", File: app}, ""},
		"Opaque":              {beacon.Exception{Type: "Error", Message: "Script error."}, "script_error"},
		"OpaqueOfOldBrowsers": {beacon.Exception{Type: "", Message: "Uncaught Script error"}, "script_error"},
		"ThrownByThePage":     {beacon.Exception{Type: "Error", Message: "Script error.", Stack: "Error: Script error.\n    at f (" + app + ":1:2)"}, ""},
		"WithAFile":           {beacon.Exception{Type: "Error", Message: "Script error.", File: app}, ""},
		"OtherMessage":        {beacon.Exception{Type: "Error", Message: "Script error in template"}, ""},
		"PatternOfTheMessage": {beacon.Exception{Type: "ChunkLoadError", Message: "Loading chunk 3 failed.", File: app}, "pattern"},
		"PatternOfTheScript":  {beacon.Exception{Type: "TypeError", Message: "x", Stack: "TypeError: x\n    at f (https://widget.example/w.js:1:2)"}, "pattern"},
		"PatternOfTheFile":    {beacon.Exception{Type: "TypeError", Message: "x", File: "https://widget.example/w.js"}, "pattern"},
		"PatternPastTheBound": {beacon.Exception{Type: "Error", Message: strings.Repeat("x", maxNoiseText) + "//widget.example/"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, n.of(&tc.e))
		})
	}
}

func TestPatternsOfNoiseThatCannotBeMeantAreErrors(t *testing.T) {
	for _, pattern := range []string{"(", "", "x*", strings.Repeat("x", maxNoisePattern+1)} {
		_, err := New(Settings{NoisePatterns: []string{"fine", pattern}})
		assert.ErrorContains(t, err, "'noise::patterns' \""+pattern+"\"")
	}
	_, err := New(Settings{NoisePatterns: make([]string, maxNoisePatterns+1)})
	assert.ErrorContains(t, err, "at most 100")
}

func TestEnrichMarksNoiseInWhatIsScrubbed(t *testing.T) {
	e := newEnricher(t, Settings{NoisePatterns: []string{`unknown user \{email\}`}})
	b := at(0, 0, 0)
	for i, message := range []string{"unknown user jane@mail.example", "x"} {
		b.Events[i] = beacon.Event{Payload: &beacon.Exception{Type: "Error", Message: message}}
	}
	e.Enrich(b, Sender{}, noon)
	assert.Equal(t, beacon.NoisePattern, b.Events[0].Payload.(*beacon.Exception).Noise)
	assert.Empty(t, b.Events[1].Payload.(*beacon.Exception).Noise)
}

// BenchmarkNoiseGrowth is of sizes for which package regexp has one engine: from some 64 KiB on it has a slower one.
func BenchmarkNoiseGrowth(b *testing.B) {
	n, err := compileNoise([]string{`(x+x+)+y`, `(.*)*z`})
	require.NoError(b, err)
	var works []func(int) func()
	for _, unit := range []string{"x", "@", "://", "at ", "\n    at ", "\nf@x://", "Uncaught "} {
		works = append(works, func(size int) func() {
			text := strings.Repeat(unit, size/len(unit))
			return func() { n.of(&beacon.Exception{Type: text, Message: text, Stack: text, File: text}) }
		})
	}
	growth.Report(b, 32<<10, works...)
}
