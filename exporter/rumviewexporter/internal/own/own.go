// Package own reads the Collector's own counters from its Prometheus page.
package own

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	freshFor = 5 * time.Second
	timeout  = 2 * time.Second
	// maxBody is how much of the page is read; what stands behind is not counted.
	maxBody = 8 << 20
	// maxLines is how many counters are reported; further ones are left out.
	maxLines = 500
)

// prefixes of the metrics of the components in the books.
var prefixes = [...]string{"otelcol_rum_receiver_", "otelcol_rum_budget_"}

// Line is one counter.
type Line struct {
	Name   string            `json:"name"`
	Labels map[string]string `json:"labels"`
	Value  float64           `json:"value"`
}

// Counters are the counters of the page.
type Counters struct {
	// Problem says why there are none; empty if there are.
	Problem string `json:"problem,omitempty"`
	Lines   []Line `json:"lines"`
}

// Reader reads one address, at most every few seconds. It is safe for concurrent use.
type Reader struct {
	address string
	client  *http.Client

	mu   sync.Mutex
	at   time.Time
	last Counters
}

// New returns a reader. Without an address, Read reports that there is none.
func New(address string) *Reader {
	return &Reader{address: address, client: &http.Client{Timeout: timeout}}
}

// Read returns the counters, at most some seconds old. If the caller cancels, reading continues, and its result is
// used for later calls.
func (r *Reader) Read(ctx context.Context, now time.Time) Counters {
	if r.address == "" {
		return Counters{Problem: "collector_metrics is not set", Lines: []Line{}}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if now.Sub(r.at) < freshFor {
		return r.last
	}
	lines, err := r.ask(context.WithoutCancel(ctx))
	r.at, r.last = now, Counters{Lines: lines}
	if err != nil {
		r.last = Counters{Problem: err.Error(), Lines: []Line{}}
	}
	return r.last
}

func (r *Reader) ask(ctx context.Context) ([]Line, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.address, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := r.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", r.address, response.Status)
	}
	return parse(io.LimitReader(response.Body, maxBody))
}

// parse reads the text format of Prometheus, as far as counters and gauges go.
// https://prometheus.io/docs/instrumenting/exposition_formats/
func parse(text io.Reader) ([]Line, error) {
	lines := []Line{}
	scanner := bufio.NewScanner(text)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() && len(lines) < maxLines {
		if line, ok := parseLine(scanner.Text()); ok {
			lines = append(lines, line)
		}
	}
	return lines, scanner.Err()
}

func parseLine(text string) (Line, bool) {
	ours := false
	for _, prefix := range prefixes {
		ours = ours || strings.HasPrefix(text, prefix)
	}
	space := strings.LastIndexByte(text, ' ')
	if !ours || space < 0 {
		return Line{}, false
	}
	value, err := strconv.ParseFloat(text[space+1:], 64)
	if err != nil {
		return Line{}, false
	}
	name, labels, _ := strings.Cut(strings.TrimSuffix(text[:space], "}"), "{")
	if strings.HasSuffix(name, "_bucket") || strings.HasSuffix(name, "_sum") || strings.HasSuffix(name, "_count") {
		return Line{}, false
	}
	return Line{strings.TrimSuffix(name, "_total"), parseLabels(labels), value}, true
}

// parseLabels reads a="b",c="d"; a quote in a value is escaped.
func parseLabels(text string) map[string]string {
	labels := map[string]string{}
	for text != "" {
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			break
		}
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			break
		}
		if value, err := strconv.Unquote(quoted); err == nil && !strings.HasPrefix(name, "otel_scope") {
			labels[name] = value
		}
		text = strings.TrimPrefix(rest[len(quoted):], ",")
	}
	return labels
}
