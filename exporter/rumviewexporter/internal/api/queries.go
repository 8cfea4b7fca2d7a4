package api

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/own"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/report"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

// frame is part of every answer: the data it is based on.
type frame struct {
	From    time.Time    `json:"from"`
	To      time.Time    `json:"to"`
	Records int          `json:"records"` // that passed the filter
	Visitor string       `json:"visitor"` // whose they are: person, bot, test or all
	Window  window.Books `json:"window"`
	Points  int64        `json:"points"` // of metrics, that came in since the start
}

// choice is the values that a dimension has in the window.
type choice struct {
	Dimension string   `json:"dimension"`
	Values    []string `json:"values"`
}

func (q *query) frame() frame {
	return frame{From: q.from, To: q.to, Records: len(q.events), Visitor: cmp.Or(q.filter.Visitor, allVisitors), Window: q.api.Events.Books(q.to), Points: q.api.Streams.Books().Points}
}

func overview(q *query) (any, error) {
	rows, err := q.limit(rowsListed)
	if err != nil {
		return nil, err
	}
	return struct {
		Frame frame `json:"frame"`
		report.Overview
		Metrics []report.MetricRow `json:"metrics"`
	}{q.frame(), report.NewOverview(q.events, q.from, q.to, rows), report.FromStreams(q.api.Streams.Growth(q.to), q.filter)}, nil
}

// maxChoices is how many values of a dimension are offered, the most frequent ones.
const maxChoices = 100

// dimensions lists the values of each dimension, without the filter.
func dimensions(q *query) (any, error) {
	list := make([]choice, 0, len(report.Dimensions))
	for _, dimension := range report.Dimensions {
		list = append(list, choice{dimension, report.Values(q.all, dimension, maxChoices)})
	}
	return struct {
		Frame      frame    `json:"frame"`
		Dimensions []choice `json:"dimensions"`
	}{q.frame(), list}, nil
}

func vital(q *query) (any, error) {
	name := q.PathValue("vital")
	if !report.IsVital(name) {
		return nil, fmt.Errorf("%w: there is no vital %q", errNotFound, name)
	}
	return struct {
		Frame frame `json:"frame"`
		report.VitalReport
	}{q.frame(), report.NewVital(q.events, name, q.from, q.to)}, nil
}

func exceptions(q *query) (any, error) {
	return struct {
		Frame  frame               `json:"frame"`
		Errors []report.ErrorGroup `json:"errors"`
	}{q.frame(), report.NewErrors(q.events)}, nil
}

func session(q *query) (any, error) {
	s, ok := report.NewSession(q.all, q.PathValue("session"))
	if !ok {
		return nil, fmt.Errorf("%w: no record of this session is in the window", errNotFound)
	}
	return s, nil
}

func requests(q *query) (any, error) {
	return struct {
		Frame    frame                 `json:"frame"`
		Requests []report.RequestGroup `json:"requests"`
	}{q.frame(), report.NewRequests(q.events)}, nil
}

// maxText is the longest text to search events for.
const maxText = 200

func tail(q *query) (any, error) {
	n, err := q.limit(tailListed)
	if err != nil {
		return nil, err
	}
	text := strings.TrimSpace(q.URL.Query().Get("q"))
	if len(text) > maxText {
		return nil, fmt.Errorf("q must have at most %d bytes (has %d)", maxText, len(text))
	}
	return struct {
		Frame frame `json:"frame"`
		report.Tail
	}{q.frame(), report.NewTail(q.events, q.URL.Query().Get("name"), text, n)}, nil
}

func books(q *query) (any, error) {
	return struct {
		Frame frame `json:"frame"`
		report.Books
		Collector own.Counters `json:"collector"`
	}{q.frame(), report.NewBooks(q.events, q.all, q.api.Streams.Growth(q.to), q.api.Streams.Books()), q.api.Own.Read(q.Context(), q.to)}, nil
}
