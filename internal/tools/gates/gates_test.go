package main

import (
	"strings"
	"testing"
)

const output = `goos: linux
BenchmarkA/ours-2     100   600 ns/op   12 allocs/op
BenchmarkA/ours#01-2  100   900 ns/op   12 allocs/op
BenchmarkA/ours-2     100   500 ns/op   12 allocs/op
BenchmarkA/peer-2     100  1000 ns/op
BenchmarkB-2          100  1000 ns/op   7 ns/event
BenchmarkIdle-2       100  1000 ns/op   47.5 RSS-MB
`

func TestGates(t *testing.T) {
	measured, err := read(strings.NewReader(output))
	if err != nil {
		t.Fatal(err)
	}
	ratio := gate{of: time("A/ours"), than: time("A/peer")}
	for name, test := range map[string]struct {
		gate   gate
		max    float64
		broken int
		line   string
	}{
		"MedianRatioHolds":     {ratio, 0.6, 0, "0.60 ×"},
		"MedianRatioIsOver":    {ratio, 0.59, 1, "BROKEN"},
		"PerEvent":             {gate{of: allocations("A/ours"), per: 10, unit: "allocations"}, 1.2, 0, "1.2 allocations"},
		"OwnUnit":              {gate{of: source{"B", "sec/event"}, unit: "ns"}, 7.1e-9, 0, "7 ns"},
		"Megabytes":            {gate{of: source{"Idle", "RSS-B"}, per: 1e6, unit: "MB"}, 47.5, 0, "47.5 MB"},
		"BenchmarkIsMissing":   {gate{of: time("C")}, 1, 1, "NOT MEASURED"},
		"PeerIsMissing":        {gate{of: time("A/ours"), than: time("C")}, 1, 1, "NOT MEASURED"},
		"UnitIsNotMeasured":    {gate{of: allocations("A/peer")}, 1, 1, "NOT MEASURED"},
		"NothingAllowedAtZero": {gate{of: allocations("A/ours"), unit: "allocations"}, 0, 1, "BROKEN"},
	} {
		t.Run(name, func(t *testing.T) {
			test.gate.max = test.max
			var out strings.Builder
			if broken := report(&out, []gate{test.gate}, measured); broken != test.broken || !strings.Contains(out.String(), test.line) {
				t.Errorf("%d broken, want %d with %q in:\n%s", broken, test.broken, test.line, &out)
			}
		})
	}
}
