// Command gates reads the output of go test -bench from standard input, passes it on, and at the end
// prints what the project promises of speed and size beside what was measured in this very run. It
// exits with 1 when a promise is broken or its benchmark is missing.
//
//	go test -run '^$' -bench . -benchmem ./... | go -C internal/tools run ./gates
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/perf/benchfmt"
)

func main() {
	measured, err := read(io.TeeReader(os.Stdin, os.Stdout))
	if err != nil {
		fmt.Fprintln(os.Stderr, "gates:", err)
		os.Exit(1)
	}
	if broken := report(os.Stdout, gates, measured); broken > 0 {
		fmt.Fprintf(os.Stderr, "gates: %d of %d do not hold\n", broken, len(gates))
		os.Exit(1)
	}
}

// figures are the values of each benchmark and unit, one for every time it ran.
type figures map[source][]float64

// source names a benchmark, without "Benchmark" and the number of processors, and a unit as benchfmt
// tidies it: sec/op for ns/op, RSS-B for RSS-MB.
type source struct{ benchmark, unit string }

func read(r io.Reader) (figures, error) {
	measured := figures{}
	results := benchfmt.NewReader(r, "standard input")
	for results.Scan() {
		result, ok := results.Result().(*benchfmt.Result)
		if !ok {
			continue
		}
		name := string(result.Name.Base())
		_, parts := result.Name.Parts()
		for _, part := range parts {
			if part[0] != '-' { // the number of processors
				again, _, _ := strings.Cut(string(part), "#") // #01 when it ran before
				name += again
			}
		}
		for _, value := range result.Values {
			of := source{name, value.Unit}
			measured[of] = append(measured[of], value.Value)
		}
	}
	return measured, results.Err()
}

// report prints the table and counts what does not hold.
func report(w io.Writer, gates []gate, measured figures) (broken int) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nwhat\tmeasured\tgate\t")
	for _, g := range gates {
		value, ok := g.value(measured)
		verdict := ""
		switch {
		case !ok:
			verdict = "NOT MEASURED"
			broken++
		case value > g.max:
			verdict = "BROKEN"
			broken++
		}
		fmt.Fprintf(table, "%s\t%s\t≤ %s\t%s\n", g.what, g.format(value), g.format(g.max), verdict)
	}
	_ = table.Flush()
	return broken
}

// median is robust against a round that another process disturbed. ok is false without any figure.
func (f figures) median(of source) (value float64, ok bool) {
	values := slices.Sorted(slices.Values(f[of]))
	if len(values) == 0 {
		return 0, false
	}
	return values[len(values)/2], true
}
