package aggregate

import (
	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// The Core Web Vitals are also counted for three questions: which browsers, which countries, which connections are slow? Each
// question has its own metrics, without pages. So the questions do not multiply each other's series, and nobody adds up two
// answers for the same visitors by mistake.

// numBrokenDown is how many vitals, from the first on: LCP, INP and CLS.
const numBrokenDown = cls + 1

const numQuestions = 3

var questions = [numQuestions]struct {
	key, prefix, attribute, description string
	value                               int // place in pageLabels
}{
	{"browser", semconv.MetricByBrowserPrefix, semconv.UserAgentName, ", by browser", 2},
	{"country", semconv.MetricByCountryPrefix, semconv.GeoCountryISOCode, ", by country", 3},
	{"connection", semconv.MetricByConnectionPrefix, semconv.ConnectionEffectiveType, ", by connection", 4},
}

// Breakdowns are the dimensions that Settings.Breakdowns may name.
func Breakdowns() []string {
	var keys []string
	for _, asked := range questions {
		keys = append(keys, asked.key)
	}
	return keys
}

func breakdown(question int, vital instrumentID) instrumentID {
	return firstBreakdown + instrumentID(question)*numBrokenDown + vital
}

func vitalName(id instrumentID) string { return [...]string{beacon.LCP, beacon.INP, beacon.CLS}[id] }

// breakdowns opens the series of a Core Web Vital for each question. The vital waits in them.
func (r *recording) breakdowns(id instrumentID) (by [numQuestions]wait) {
	if id >= numBrokenDown {
		return by
	}
	for question, asked := range r.a.asked {
		if asked && r.a.values[questions[question].value] != "" { // else the answer is unknown
			by[question] = r.a.waits.enter(r.series(breakdown(question, id)))
		}
	}
	return by
}
