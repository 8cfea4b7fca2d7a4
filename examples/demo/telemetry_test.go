package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const lcp = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"browser.web_vital","timeUnixNano":"1795425162354000000","attributes":[` +
	`{"key":"session.id","value":{"stringValue":"s1"}},{"key":"url.path","value":{"stringValue":"/cart"}},` +
	`{"key":"browser.web_vital.name","value":{"stringValue":"lcp"}},{"key":"browser.web_vital.value","value":{"doubleValue":2812.4}},` +
	`{"key":"rum.budget.level","value":{"stringValue":"exceeded"}},{"key":"rum.budget.limit","value":{"intValue":"2500"}},` +
	`{"key":"rum.budget.exceeded","value":{"boolValue":true}}]}]}]}]}` + "\n"

const failure = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"exception","timeUnixNano":"1795425163000000000","attributes":[` +
	`{"key":"session.id","value":{"stringValue":"s2"}},{"key":"exception.type","value":{"stringValue":"TypeError"}},` +
	`{"key":"exception.message","value":{"stringValue":"no rate"}}]}]}]}]}` + "\n"

func write(t *testing.T, text string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "logs.jsonl"), []byte(text), 0o600))
	return folder
}

func TestRecordsAreShownNewestFirstInWords(t *testing.T) {
	seen, err := readTelemetry(write(t, lcp+failure))
	require.NoError(t, err)
	require.Len(t, seen.Events, 2)
	assert.Equal(t, "TypeError: no rate", seen.Events[0].What)
	vital := seen.Events[1]
	vital.Time = "" // in the zone of the machine
	assert.Equal(t, event{
		Name: "browser.web_vital", What: "LCP", Value: "2812 ms", Page: "/cart", Level: "exceeded", Limit: "2500 ms",
	}, vital)
	assert.Equal(t, 2, seen.Sessions)
	assert.Equal(t, 1, seen.Exceeded)
	assert.Equal(t, []count{{"browser.web_vital", 1}, {"exception", 1}}, seen.Counts)
}

func TestALineThatIsStillBeingWrittenIsLeftForLater(t *testing.T) {
	seen, err := readTelemetry(write(t, failure+lcp[:100]))
	require.NoError(t, err)
	assert.Len(t, seen.Events, 1)
}

func TestNoFileYetMeansThatNothingHasArrived(t *testing.T) {
	seen, err := readTelemetry(t.TempDir())
	require.NoError(t, err)
	assert.Empty(t, seen.Events)
}

func TestOnlyTheEndOfALongFileIsRead(t *testing.T) {
	lines := readBytes/len(failure) + 10
	records, err := readRecords(filepath.Join(write(t, strings.Repeat(failure, lines)), "logs.jsonl"))
	require.NoError(t, err)
	assert.InDelta(t, readBytes/len(failure), len(records), 1)
}

func TestAtMostAHundredEventsAreListed(t *testing.T) {
	seen, err := readTelemetry(write(t, strings.Repeat(failure, shownEvents+5)))
	require.NoError(t, err)
	assert.Len(t, seen.Events, shownEvents)
	assert.Equal(t, shownEvents+5, seen.Counts[0].N)
}
