// Package streams keeps metric streams and their increase within the last minutes.
package streams

import (
	"slices"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
)

// slots is the number of parts of the window; the increase of a stream expires part by part.
const slots = 30

// Label is one attribute of a stream.
type Label struct{ Key, Value string }

// Growth is the increase of one stream within the window.
type Growth struct {
	Metric, Unit                  string
	Service, Version, Environment string
	Labels                        []Label // of the point, sorted
	Count                         float64 // of a histogram how many values, of a sum how much
	Bounds                        []float64
	Buckets                       []float64 // of a histogram with bounds, one more than Bounds
}

// Label returns the value of a label, or nothing.
func (g *Growth) Label(key string) string {
	for _, l := range g.Labels {
		if l.Key == key {
			return l.Value
		}
	}
	return ""
}

// Streams keeps a limited number of streams. It is safe for concurrent use.
type Streams struct {
	window time.Duration
	limit  int

	mu      sync.Mutex
	streams map[string]*stream
	ignored int64
	points  int64
}

// New returns an empty set. Points of streams past the limit are counted and left out.
func New(window time.Duration, limit int) *Streams {
	return &Streams{window: window, limit: limit, streams: map[string]*stream{}}
}

// Books count everything that arrived.
type Books struct {
	Points  int64 `json:"points"`  // that came in
	Ignored int64 `json:"ignored"` // of streams past max_streams
	Streams int   `json:"streams"`
}

// Books returns the counts.
func (s *Streams) Books() Books {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Books{s.points, s.ignored, len(s.streams)}
}

// Add adds metrics that arrived. It ignores metrics that are not the project's.
func (s *Streams) Add(metrics pmetric.Metrics, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, resource := range metrics.ResourceMetrics().All() {
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				if known(metric.Name()) {
					s.addLocked(resource.Resource().Attributes(), metric, now)
				}
			}
		}
	}
	s.forgetLocked(now)
}

// known reports whether the page uses a metric.
func known(name string) bool {
	return strings.HasPrefix(name, semconv.MetricWebVitalPrefix) || strings.HasPrefix(name, "rum.")
}

func (s *Streams) addLocked(resource pcommon.Map, metric pmetric.Metric, now time.Time) {
	switch metric.Type() {
	case pmetric.MetricTypeSum:
		sum := metric.Sum()
		for _, p := range sum.DataPoints().All() {
			value := point{count: numberOf(p), start: p.StartTimestamp().AsTime(), delta: isDelta(sum.AggregationTemporality())}
			s.growLocked(resource, metric, p.Attributes(), value, now)
		}
	case pmetric.MetricTypeGauge:
		for _, p := range metric.Gauge().DataPoints().All() {
			s.growLocked(resource, metric, p.Attributes(), point{count: numberOf(p), gauge: true}, now)
		}
	case pmetric.MetricTypeHistogram:
		h := metric.Histogram()
		for _, p := range h.DataPoints().All() {
			value := point{
				count: float64(p.Count()), start: p.StartTimestamp().AsTime(), delta: isDelta(h.AggregationTemporality()),
				bounds: p.ExplicitBounds().AsRaw(), buckets: p.BucketCounts().AsRaw(),
			}
			s.growLocked(resource, metric, p.Attributes(), value, now)
		}
	case pmetric.MetricTypeExponentialHistogram:
		h := metric.ExponentialHistogram()
		for _, p := range h.DataPoints().All() {
			value := point{count: float64(p.Count()), start: p.StartTimestamp().AsTime(), delta: isDelta(h.AggregationTemporality())}
			value.bounds, value.buckets = explicit(p)
			s.growLocked(resource, metric, p.Attributes(), value, now)
		}
	}
}

func isDelta(t pmetric.AggregationTemporality) bool {
	return t == pmetric.AggregationTemporalityDelta
}

func numberOf(p pmetric.NumberDataPoint) float64 {
	if p.ValueType() == pmetric.NumberDataPointValueTypeInt {
		return float64(p.IntValue())
	}
	return p.DoubleValue()
}

func (s *Streams) growLocked(resource pcommon.Map, metric pmetric.Metric, attributes pcommon.Map, p point, now time.Time) {
	s.points++
	labels := sorted(attributes)
	key := identity(resource, metric.Name(), labels)
	found, ok := s.streams[key]
	if !ok {
		if len(s.streams) >= s.limit {
			s.ignored++
			return
		}
		found = &stream{growth: Growth{
			Metric: strings.Clone(metric.Name()), Unit: strings.Clone(metric.Unit()), Labels: labels,
			Service: textOf(resource, semconv.ServiceName), Version: textOf(resource, semconv.ServiceVersion),
			Environment: textOf(resource, semconv.DeploymentEnvironmentName),
		}}
		s.streams[key] = found
	}
	found.add(p, s.slot(now), now, s.window, !ok)
}

func (s *Streams) slot(now time.Time) int64 { return now.UnixNano() / int64(s.window/slots) }

// forgetLocked drops streams that had no point for two windows.
func (s *Streams) forgetLocked(now time.Time) {
	for key, stream := range s.streams {
		if now.Sub(stream.seen) > 2*s.window {
			delete(s.streams, key)
		}
	}
}

// Growth returns the increase of each stream within the window; gauges have their last value.
func (s *Streams) Growth(now time.Time) []Growth {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Growth, 0, len(s.streams))
	for _, stream := range s.streams {
		all = append(all, stream.within(s.slot(now)))
	}
	return all
}

func sorted(attributes pcommon.Map) []Label {
	labels := make([]Label, 0, attributes.Len())
	for key, value := range attributes.All() {
		labels = append(labels, Label{strings.Clone(key), strings.Clone(value.AsString())})
	}
	slices.SortFunc(labels, func(a, b Label) int { return strings.Compare(a.Key, b.Key) })
	return labels
}

// identity is the same for all points of a stream. Replicas of a receiver differ in their resource.
func identity(resource pcommon.Map, metric string, labels []Label) string {
	var b strings.Builder
	b.WriteString(metric)
	for _, list := range [][]Label{labels, sorted(resource)} {
		b.WriteByte(0)
		for _, l := range list {
			b.WriteString(l.Key + "\x01" + l.Value + "\x02")
		}
	}
	return b.String()
}

func textOf(m pcommon.Map, key string) string {
	if value, ok := m.Get(key); ok {
		return strings.Clone(value.AsString())
	}
	return ""
}
