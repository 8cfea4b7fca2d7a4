package report

import (
	"cmp"
	"slices"

	"github.com/otelcol-rum/otelcol-rum/exporter/rumviewexporter/internal/window"
)

// RequestGroup is all fetches of one URL in one way.
type RequestGroup struct {
	URL       string  `json:"url"`
	Initiator string  `json:"initiator"`
	Method    string  `json:"method,omitempty"`
	Count     float64 `json:"count"`
	Records   int     `json:"records"`
	Failed    float64 `json:"failed"`
	P75       float64 `json:"p75"`
	Total     float64 `json:"total"` // milliseconds that people waited, all together
	Size      float64 `json:"size"`  // p75 of the transferred bytes of those that have it
	Example   string  `json:"example,omitempty"`
}

// NewRequests lists resources and requests, sorted by total time.
func NewRequests(events []*window.Event) []RequestGroup {
	type key struct{ url, initiator, method string }
	type group struct {
		durations, sizes sample
		total, failed    float64
		example          string
		longest          float64
	}
	groups := map[key]*group{}
	for _, e := range events {
		r := e.Request
		if r == nil {
			continue
		}
		k := key{r.URL, r.Initiator, r.Method}
		if groups[k] == nil {
			groups[k] = &group{longest: -1}
		}
		g := groups[k]
		g.durations.add(r.Duration, e.Weight, false)
		g.total += r.Duration * e.Weight
		if r.Failed {
			g.failed += e.Weight
		}
		if r.Size > 0 {
			g.sizes.add(r.Size, e.Weight, false)
		}
		if e.Session != "" && r.Duration > g.longest {
			g.example, g.longest = e.Session, r.Duration
		}
	}
	list := make([]RequestGroup, 0, len(groups))
	for k, g := range groups {
		list = append(list, RequestGroup{
			URL: k.url, Initiator: k.initiator, Method: k.method, Count: round(g.durations.sum), Records: len(g.durations.values),
			Failed: round(g.failed), P75: g.durations.quantile(Objective), Total: round(g.total), Size: g.sizes.quantile(Objective), Example: g.example,
		})
	}
	slices.SortFunc(list, func(a, b RequestGroup) int {
		return cmp.Or(cmp.Compare(b.Total, a.Total), cmp.Compare(a.URL, b.URL), cmp.Compare(a.Initiator, b.Initiator), cmp.Compare(a.Method, b.Method))
	})
	return list[:min(len(list), maxGroups)]
}
