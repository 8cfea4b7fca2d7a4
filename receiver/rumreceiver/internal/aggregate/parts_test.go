package aggregate

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// All points are in one part, in order, whatever the size of parts, and a refused part is in the next window.
func TestParts(t *testing.T) {
	for _, temporality := range []Temporality{Cumulative, Delta} {
		for _, shape := range []Histogram{Explicit, Exponential} {
			for _, most := range []int{1, 2, 3, 7, 20, 1000} {
				t.Run(fmt.Sprint(temporality, shape, most), func(t *testing.T) {
					a, whole := with(func(s *Settings) { s.Temporality, s.Histogram = temporality, shape }), with(func(s *Settings) { s.Temporality, s.Histogram = temporality, shape })
					for _, to := range []*Aggregator{a, whole} {
						for i := range 10 {
							b := at(fmt.Sprint("/", i), shop(pageView(), lcpOf(fmt.Sprint("v", i), 1000, 0), measured(1)))
							b.App.Version = fmt.Sprint(i % 2)
							to.Record(b, after(0))
						}
					}
					want := text(whole.CollectAll(after(time.Minute)).Metrics)
					parts := a.CollectAll(after(time.Minute)).Parts(most)
					var got []string
					for n, part := range parts {
						assert.LessOrEqual(t, part.Metrics.DataPointCount(), most)
						got = append(got, text(part.Metrics)...)
						if temporality == Delta {
							assert.Len(t, part.points, part.Metrics.DataPointCount())
						}
						if n == 1 {
							assert.Equal(t, temporality == Delta, a.Restore(part))
						}
					}
					assert.Equal(t, want, got)
					if temporality == Delta && len(parts) > 1 {
						refused := text(parts[1].Metrics)
						assert.Equal(t, refused, text(a.Collect(after(2*time.Minute)).Metrics))
					}
				})
			}
		}
	}
}

// A metric is not torn apart without need: what is derived from all its points is derived once.
func TestParts_KeepAMetricTogether(t *testing.T) {
	a := with(func(*Settings) {})
	for i := range 6 {
		a.Record(at(fmt.Sprint("/", i), shop(pageView(), measured(1))), after(0))
	}
	var sizes []int
	for _, part := range a.CollectAll(after(time.Minute)).Parts(8) {
		sizes = append(sizes, part.Metrics.DataPointCount())
	}
	slices.Sort(sizes)
	assert.Equal(t, []int{6, 6}, sizes)
}
