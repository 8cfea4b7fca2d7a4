package scrub

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sample is a line of the corpus: its class, whether it is a text or a URL, what comes in, what of it must
// be gone, and what is left. All values are made up.
type sample struct{ class, kind, in, gone, left string }

// samples of a file in testdata: columns with tabs between them, in which \n, \r and \\ are escaped.
func samples(t *testing.T, file string, columns int) (all []sample) {
	t.Helper()
	f, err := os.Open("testdata/" + file)
	require.NoError(t, err)
	defer f.Close()
	plain := strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r")
	for lines := bufio.NewScanner(f); lines.Scan(); {
		column := strings.Split(lines.Text(), "\t")
		require.Len(t, column, columns, lines.Text())
		for i := range column {
			column[i] = plain.Replace(column[i])
		}
		column = append(column, "", "")
		all = append(all, sample{column[0], column[1], column[2], column[3], column[4]})
	}
	require.NotEmpty(t, all)
	return all
}

// scrubbed is what is left of the sample, and for a URL the template too.
func (c *sample) scrubbed(s *Scrubber) (left, template string) {
	if c.kind == "url" {
		left = s.URL(c.in)
		return left, Template(RoutePath(left))
	}
	return s.Text(c.in), ""
}

// failures counts them by class, and says so at the end.
type failures map[string]int

func (f failures) report(t *testing.T, all []sample) {
	t.Helper()
	of := map[string]int{}
	for i := range all {
		of[all[i].class]++
	}
	for class, n := range f {
		t.Errorf("%s: %d of %d", class, n, of[class])
	}
}

func TestNothingPlantedIsLeft(t *testing.T) {
	all := samples(t, "planted.tsv", 5)
	require.GreaterOrEqual(t, len(all), 300)
	failed := failures{}
	for i := range all {
		c := &all[i]
		left, template := c.scrubbed(new(Scrubber))
		ok := assert.Equal(t, c.left, left, "%s: %s", c.class, c.in)
		for gone := range strings.SplitSeq(c.gone, "|") {
			require.Contains(t, c.in, gone, "%s: there is something to find", c.class)
			ok = assert.NotContains(t, left+" "+template, gone, "%s: %s", c.class, c.in) && ok
		}
		if !ok {
			failed[c.class]++
		}
	}
	failed.report(t, all)
}

func TestWhatOnlyLooksLikeItStays(t *testing.T) {
	all := samples(t, "innocent.tsv", 3)
	require.GreaterOrEqual(t, len(all), 300)
	failed := failures{}
	for i := range all {
		c := &all[i]
		left, _ := c.scrubbed(new(Scrubber))
		same := unsafe.StringData(left) == unsafe.StringData(c.in)
		if !assert.Equal(t, c.in, left, c.class) || !assert.True(t, same, "%s: without a copy: %s", c.class, c.in) {
			failed[c.class]++
		}
	}
	failed.report(t, all)
}

// TestWhatIsPlantedIsFoundAnywhere puts each text between others.
func TestWhatIsPlantedIsFoundAnywhere(t *testing.T) {
	for _, c := range samples(t, "planted.tsv", 5) {
		if c.kind == "url" {
			c.in = "GET " + c.in + ":1:2 failed"
		}
		for _, around := range []string{"x? %s", "\n%s\n", "a b c 1 2 3 ä %s ö", "https://shop.example/a/b.js:1:2 %s https://shop.example/a/b.js:1:2"} {
			left := new(Scrubber).Text(strings.Replace(around, "%s", c.in, 1))
			for gone := range strings.SplitSeq(c.gone, "|") {
				assert.NotContains(t, left, gone, "%s: %s", c.class, around)
			}
		}
	}
}
