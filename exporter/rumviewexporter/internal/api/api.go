// Package api serves the read API and the page that uses it.
package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/own"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/page"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/report"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/streams"
	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

const (
	// concurrent is how many queries are answered at once; others wait.
	concurrent = 2
	// maxListed is the most rows or events that one query may ask for.
	maxListed  = 1000
	rowsListed = 50 // unless the query says otherwise
	tailListed = 100
)

// API answers queries about a window. It is safe for concurrent use.
type API struct {
	Sources
	window time.Duration
	now    func() time.Time
	turn   chan struct{}
	recent *recent
}

// Sources are the data of the answers.
type Sources struct {
	Events  *window.Window
	Streams *streams.Streams
	Own     *own.Reader
}

// New returns the handler of the API, of the page, and of the queries as tools.
func New(sources Sources, age time.Duration, now func() time.Time) http.Handler {
	a := &API{Sources: sources, window: age, now: now, turn: make(chan struct{}, concurrent), recent: newRecent()}
	mux := http.NewServeMux()
	mux.Handle("/", page.Handler())
	mux.HandleFunc("GET /api/v1/overview", a.answer([]string{"limit"}, overview))
	mux.HandleFunc("GET /api/v1/dimensions", a.answer(nil, dimensions))
	mux.HandleFunc("GET /api/v1/vitals/{vital}", a.answer(nil, vital))
	mux.HandleFunc("GET /api/v1/errors", a.answer(nil, exceptions))
	mux.HandleFunc("GET /api/v1/sessions/{session}", a.answer(nil, session))
	mux.HandleFunc("GET /api/v1/requests", a.answer(nil, requests))
	mux.HandleFunc("GET /api/v1/events", a.answer([]string{"limit", "name", "q"}, tail))
	mux.HandleFunc("GET /api/v1/books", a.answer(nil, books))
	mux.HandleFunc("/api/", unknown)
	mux.Handle("/mcp", newTools(mux))
	return secure(mux)
}

// query is one parsed request.
type query struct {
	*http.Request
	api    *API
	filter report.Filter
	all    []*window.Event // whatever the filter
	events []*window.Event
	from   time.Time
	to     time.Time
}

// answer parses the query, calls the function for it, and writes JSON. own are its parameters in addition to the
// dimensions of the filter.
func (a *API) answer(own []string, handle func(*query) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case a.turn <- struct{}{}:
			defer func() { <-a.turn }()
		case <-r.Context().Done():
			return
		}
		now := a.now()
		if a.recent.get(r.URL.RequestURI(), now, w) {
			return
		}
		status, body := a.reply(r, own, now, handle)
		a.recent.put(r.URL.RequestURI(), now, status, body)
		send(w, status, body)
	}
}

func (a *API) reply(r *http.Request, own []string, now time.Time, handle func(*query) (any, error)) (status int, body []byte) {
	q, err := a.read(r, own, now)
	if err != nil {
		return http.StatusBadRequest, refusal(err)
	}
	result, err := handle(q)
	switch {
	case errors.Is(err, errNotFound):
		return http.StatusNotFound, refusal(err)
	case err != nil:
		return http.StatusBadRequest, refusal(err)
	}
	body, err = json.Marshal(result)
	if err != nil { // no answer holds what JSON cannot
		return http.StatusInternalServerError, refusal(err)
	}
	return http.StatusOK, body
}

// allVisitors is the value of visitor for people, bots and tests together.
const allVisitors = "all"

var errNotFound = errors.New("not found")

// read refuses unknown and repeated parameters, because a filter with a typo would show everything.
func (a *API) read(r *http.Request, own []string, now time.Time) (*query, error) {
	q := &query{Request: r, api: a, from: now.Add(-a.window), to: now}
	values := r.URL.Query()
	for name, given := range values {
		if len(given) > 1 {
			return nil, fmt.Errorf("parameter %q is given %d times", name, len(given))
		}
		if field := q.filter.Field(name); field != nil {
			*field = given[0]
		} else if !slices.Contains(own, name) {
			return nil, fmt.Errorf("unknown parameter %q: known are %s", name, strings.Join(append(slices.Clone(own), report.Dimensions...), ", "))
		}
	}
	q.all = a.Events.Events(now)
	switch q.filter.Visitor {
	case "":
		// Bots and tests do not mix with people unless they are asked for, or nobody else was here.
		if len(q.all) == 0 || slices.ContainsFunc(q.all, func(e *window.Event) bool { return e.Visitor == window.Person }) {
			q.filter.Visitor = window.Person
		}
	case allVisitors:
		q.filter.Visitor = ""
	case window.Person, window.Bot, window.Test:
	default:
		return nil, fmt.Errorf("visitor must be person, bot, test or all (got %q)", q.filter.Visitor)
	}
	q.events = q.filter.Apply(q.all)
	return q, nil
}

// limit returns the requested number of rows.
func (q *query) limit(usual int) (int, error) {
	text := q.URL.Query().Get("limit")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxListed {
		return 0, fmt.Errorf("limit must be a number from 1 to %d (got %q)", maxListed, text)
	}
	return n, nil
}

func refusal(err error) []byte {
	body, _ := json.Marshal(map[string]string{"error": err.Error()}) // a text always can be
	return body
}

func unknown(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		send(w, http.StatusMethodNotAllowed, refusal(errors.New("the API only reads: use GET")))
		return
	}
	send(w, http.StatusNotFound, refusal(errors.New("no such query; /openapi.yaml lists all")))
}

func send(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body) // fails only when the client went away
}

// secure sets headers that prevent the page's content from running, and other sites from reading it.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
			"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}
