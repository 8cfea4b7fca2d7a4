package simulate

import (
	"fmt"
	"strings"
)

// Legend explains the columns of Table.
const Legend = `kept           share of the records (sessions: of those with any record) that go on
bias           how far the mean of all runs is off the truth; one marked with ! is more than chance
95 % interval  half its mean width: what a single such run lets you say of the truth
holds          share of the runs whose interval holds the truth, of those that have enough sessions behind it
               by what they kept; "too few" where most runs have not, and their intervals are not to be
               trusted: keep more, or let fewer records of a session share its draw (max_records_together)
`

// String is a table for people.
func (s *Study) String() string { return Table([]string{""}, s) }

// Table has studies of one population side by side, under their titles.
func Table(titles []string, studies ...*Study) string {
	const row, block = "%-20s %10s", "  |%8s %11s %14s %8s"
	var b strings.Builder
	width := len(fmt.Sprintf(block, "", "", "", "")) - len("  | ")
	fmt.Fprintf(&b, row, "", "")
	for _, title := range titles {
		fmt.Fprintf(&b, "  | %-*s", width, title)
	}
	fmt.Fprintf(&b, "\n"+row, "", "truth")
	for range studies {
		fmt.Fprintf(&b, block, "kept", "bias", "95 % interval", "holds")
	}
	for i, e := range studies[0].All() {
		fmt.Fprintf(&b, "\n"+row, e.Name, fmt.Sprintf("%.0f", e.Truth))
		for _, s := range studies {
			e := s.All()[i]
			fmt.Fprintf(&b, block, percent("", e.Kept/e.Truth, 1), percent(e.mark(), e.Bias(), 2), percent("± ", e.Within/e.Truth, 1), e.holds())
		}
	}
	return b.String() + "\n"
}

// holds is shown if most of the runs have enough sessions.
func (e *Estimator) holds() string {
	if e.Enough < 0.5 {
		return "too few"
	}
	return percent("", e.Trusted, 1)
}

// mark stands before a bias that is more than chance.
func (e *Estimator) mark() string {
	if e.ByChance() {
		return ""
	}
	return "! "
}

func percent(before string, share float64, digits int) string {
	return fmt.Sprintf("%s%.*f %%", before, digits, 100*share)
}
