package beacon

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// pageOf is a beacon of one page view with these vitals, such as "fcp 900".
func pageOf(id string, vitals ...string) *Beacon {
	b := &Beacon{App: App{Name: "shop"}, Pages: []Page{{ID: id}}}
	for _, vital := range vitals {
		v := &Vital{NavigationType: "navigate"}
		_, _ = fmt.Sscan(vital, &v.Name, &v.Value)
		b.Events = append(b.Events, Event{Payload: v, Count: 1})
	}
	return b
}

// marks are the implausibilities of each event.
func marks(b *Beacon) (all []string) {
	for i := range b.Events {
		all = append(all, strings.Join(b.Events[i].Implausible.Names(), "+"))
	}
	return all
}

func TestLoadingVitalsOfOneBeaconAreCompared(t *testing.T) {
	f := func(vitals, want string) {
		t.Helper()
		b := pageOf("", strings.Split(vitals, ", ")...)
		NewLoads().Compare(b)
		assert.Equal(t, want, strings.Join(marks(b), ", "), vitals)
	}
	f("ttfb 100, fcp 100, lcp 100", ", , ")
	f("ttfb 110, fcp 100, lcp 100", ", , ") // browsers do not read one clock
	f("ttfb 111, fcp 100, lcp 900", "ttfb_after_fcp, ttfb_after_fcp, ")
	f("lcp 800, fcp 900", "fcp_after_lcp, fcp_after_lcp")
	f("fcp 900, lcp 800, lcp 950", "fcp_after_lcp, fcp_after_lcp, ")
	f("ttfb 1000, lcp 1", "ttfb_after_lcp, ttfb_after_lcp")
	f("ttfb 1000, fcp 100, lcp 1", "ttfb_after_fcp+ttfb_after_lcp, ttfb_after_fcp+fcp_after_lcp, ttfb_after_lcp+fcp_after_lcp")
	f("inp 1, fcp 900, cls 0", ", , ")
}

func TestLoadingVitalsAreComparedWithThoseOfBeaconsBefore(t *testing.T) {
	l := NewLoads()
	l.Compare(pageOf("p1", "ttfb 200", "fcp 900"))
	later := func(id string, vitals ...string) []string {
		b := pageOf(id, vitals...)
		l.Compare(b)
		return marks(b)
	}
	assert.Equal(t, []string{""}, later("p2", "lcp 800"), "another page view")
	assert.Equal(t, []string{"fcp_after_lcp"}, later("p1", "lcp 800"))
	assert.Equal(t, []string{"ttfb_after_lcp+fcp_after_lcp"}, later("p1", "lcp 100"))
	assert.Equal(t, []string{""}, later("", "lcp 1"), "no id, no memory")

	other := pageOf("p1", "lcp 1")
	other.App.Name = "bank"
	l.Compare(other)
	assert.Equal(t, []string{""}, marks(other), "another application")

	restored := pageOf("p1", "lcp 50")
	restored.Events[0].Payload.(*Vital).NavigationType = "back-forward-cache"
	l.Compare(restored)
	assert.Equal(t, []string{""}, marks(restored), "a restored page has vitals anew")
}

func TestPagesOfOneBeaconAreNotMixedUp(t *testing.T) {
	b := pageOf("", "fcp 900", "lcp 100", "lcp 800")
	b.Pages = append(b.Pages, Page{})
	b.Events[1].Page = 1
	NewLoads().Compare(b)
	assert.Equal(t, []string{"fcp_after_lcp", "", "fcp_after_lcp"}, marks(b))
}

func TestTheMemoryOfLoadsIsBounded(t *testing.T) {
	l := NewLoads()
	for i := range 3 * maxLoads {
		l.Compare(pageOf(fmt.Sprint(i), "fcp 900"))
	}
	assert.Equal(t, maxLoads, l.Len())
}

func TestWhatOneEventSaysIsComparedWithWhatElseItSays(t *testing.T) {
	phases := new(Phases)
	phases.Known[PhaseTotal], phases.Value[PhaseTotal] = true, 100
	phases.Known[PhaseDOMParse], phases.Value[PhaseDOMParse] = true, 111
	half := new(Phases)
	half.Known[PhaseDOMParse], half.Value[PhaseDOMParse] = true, 111
	f := func(e Event, want string) {
		t.Helper()
		b := &Beacon{Events: []Event{e}}
		Validate(b)
		assert.Equal(t, []string{want}, marks(b))
	}
	f(Event{Payload: &Vital{Name: INP, Value: 100, Delta: 100}}, "")
	f(Event{Payload: &Vital{Name: INP, Value: 100, Delta: -20}}, "")
	f(Event{Payload: &Vital{Name: INP, Value: 100, Delta: 111}}, "delta_over_value")
	f(Event{Payload: &Vital{Name: CLS, Value: 0.1, Delta: 0.1}}, "")
	f(Event{Payload: &Vital{Name: CLS, Value: 0.1, Delta: 0.2}}, "delta_over_value")
	f(Event{Payload: &Vital{Name: LCP, Value: 1e6, Delta: 1e7}}, "out_of_range+delta_over_value")
	f(Event{Payload: &PageLoad{Phases: *phases}}, "phase_over_total")
	f(Event{Payload: &PageLoad{Phases: *half}}, "")
	f(Event{Payload: &LongFrame{Duration: 60, Blocking: 70}}, "")
	f(Event{Payload: &LongFrame{Duration: 60, Blocking: 71}}, "blocking_over_duration")
	f(Event{Payload: &LongTask{Duration: 60}}, "")
}

func BenchmarkCompare(b *testing.B) {
	l, beacon := NewLoads(), pageOf("p", "ttfb 200", "fcp 900", "lcp 1000", "cls 0", "inp 80")
	b.ReportAllocs()
	for b.Loop() {
		l.Compare(beacon)
	}
}
