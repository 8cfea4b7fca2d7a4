//go:build unix

package rumbudgetprocessor

import (
	"fmt"
	"math"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkStart measures what the process has used of its processors for one start, the least of five: whatever
// else the machine does, it can only add.
func BenchmarkStart(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint("budgets=", n), func(b *testing.B) {
			c, least := manyBudgets(n, "/area-%d/**"), time.Duration(math.MaxInt64)
			for b.Loop() {
				for range 5 {
					began := processorTime(b)
					require.NoError(b, start(b.Context(), c))
					least = min(least, processorTime(b)-began)
				}
			}
			b.ReportMetric(float64(least.Nanoseconds()), "cpu-ns/start")
		})
	}
}

func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
