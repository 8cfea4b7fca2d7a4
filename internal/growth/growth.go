// Package growth is for benchmarks: does work grow with its input, or faster?
package growth

import (
	"math"
	"testing"
	"time"
)

// Report has the benchmark report, as the metric "growth", how much longer one input takes than eight of an eighth of
// its size: 1 where the work is linear, 8 where it is quadratic. Of several works it reports the worst. Each is called
// with a size, makes an input of it, and returns what is to be timed. Of many timings on either size the fastest
// counts, for whatever else the machine does can only add.
func Report(b *testing.B, size int, works ...func(size int) func()) {
	worst := math.Inf(-1)
	for b.Loop() {
		for _, work := range works {
			worst = max(worst, of(work(size), work(size/parts)))
		}
	}
	b.ReportMetric(worst, "growth")
}

const parts = 8

// of stops when a second is over, but not before five tries.
func of(whole, part func()) float64 {
	together, apart := math.Inf(1), math.Inf(1)
	for began, tries := time.Now(), 0; tries < 5 || tries < 50 && time.Since(began) < time.Second; tries++ {
		together, apart = min(together, timed(whole)), min(apart, timed(part))
	}
	return together / (parts * apart)
}

func timed(f func()) float64 {
	began := time.Now()
	f()
	return time.Since(began).Seconds()
}
