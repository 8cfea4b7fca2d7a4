package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// shownEvents is how many of the last events the page lists.
const shownEvents = 100

// telemetry is what the page /telemetry shows.
type telemetry struct {
	Events   []event // newest first, at most shownEvents
	Counts   []count // of all that was read, most frequent first
	Sessions int
	Exceeded int
}

// event is one log record in words.
type event struct {
	Time, Name, What, Value, Page string
	// Level is within, exceeded or severe; empty where no budget applies.
	Level, Limit string
}

type count struct {
	Name string
	N    int
}

// readTelemetry reads what the collector's file exporter has written so far. No file yet means that
// nothing has arrived.
func readTelemetry(folder string) (telemetry, error) {
	records, err := readRecords(filepath.Join(folder, "logs.jsonl"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return telemetry{}, fmt.Errorf("read what arrived: %w", err)
	}
	return summarize(records), nil
}

func summarize(records []record) telemetry {
	var seen telemetry
	names, sessions := map[string]int{}, map[string]bool{}
	for _, r := range records {
		names[r.name]++
		sessions[r.text(semconv.SessionID)] = true
		if r.attributes[semconv.BudgetExceeded] == true {
			seen.Exceeded++
		}
	}
	for name, n := range names {
		seen.Counts = append(seen.Counts, count{name, n})
	}
	slices.SortFunc(seen.Counts, func(a, b count) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name))
	})
	seen.Sessions = len(sessions)
	slices.SortStableFunc(records, func(a, b record) int { return b.time.Compare(a.time) })
	for _, r := range records[:min(len(records), shownEvents)] {
		seen.Events = append(seen.Events, describe(r))
	}
	return seen
}

// describe puts one record into words.
func describe(r record) event {
	e := event{
		Time:  r.time.Format("15:04:05.000"),
		Name:  r.name,
		Page:  r.text(semconv.URLPath),
		Level: r.text(semconv.BudgetLevel),
	}
	unit := "ms"
	switch r.name {
	case semconv.EventWebVital:
		e.What = strings.ToUpper(r.text(semconv.WebVitalName))
		if e.What == "CLS" {
			unit = ""
		}
		e.Value = r.number(semconv.WebVitalValue, unit)
	case semconv.EventException:
		e.What = r.text(semconv.ExceptionType) + ": " + r.text(semconv.ExceptionMessage)
	case semconv.EventNavigation:
		e.What = "page view"
		if r.attributes[semconv.NavigationSameDocument] == true {
			e.What = "route change"
		}
	case semconv.EventNavigationTiming:
		e.What, e.Value = "page load", r.number(semconv.NavigationTimingPrefix+"total", unit)
	case semconv.EventResourceTiming:
		e.What, e.Value = r.text(semconv.URLFull), r.number(semconv.ResourceTimingDuration, unit)
	case semconv.EventLongTask:
		e.What, e.Value = r.text(semconv.LongTaskType), r.number(semconv.LongTaskDuration, unit)
	case semconv.EventInteraction:
		e.What, e.Value = r.text(semconv.InteractionName), r.number(semconv.InteractionDuration, unit)
	case semconv.EventMeasurement:
		e.What, e.Value = r.text(semconv.MeasurementName), r.number(semconv.MeasurementValue, r.text(semconv.MeasurementUnit))
	case semconv.EventClick:
		e.What = r.text(semconv.CSSSelector)
	case semconv.EventBudgetViolation:
		e.What, e.Value = r.text(semconv.BudgetMetric), r.number(semconv.BudgetValue, "")
	}
	if e.Level != "" {
		e.Limit = r.number(semconv.BudgetLimit, unit)
	}
	return e
}
