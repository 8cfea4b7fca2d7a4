package intake

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/recent"
)

// report is a snapshot of a page view: the view and its load, which are reported again and again, and a vital.
func report(app, page string) *beacon.Beacon {
	return &beacon.Beacon{App: beacon.App{Name: app}, Pages: []beacon.Page{{ID: page}}, Events: []beacon.Event{
		{Once: true, Count: 1, Index: 4, Payload: &beacon.PageView{}}, {Once: true, Index: 4, Payload: &beacon.PageLoad{}}, {Index: 4, Payload: &beacon.Vital{Name: beacon.LCP}},
	}}
}

// kinds of the events that are left, with what each stands for.
func kindsOf(b *beacon.Beacon) string {
	var kinds []string
	for _, e := range b.Events {
		kinds = append(kinds, strings.TrimPrefix(fmt.Sprintf("%T %d", e.Payload, e.Count), "*beacon."))
	}
	return strings.Join(kinds, ", ")
}

func TestOnlyOneBatchReportsAPageView(t *testing.T) {
	reported := newReported()
	whole, again := "PageView 1, PageLoad 0, Vital 0", "Vital 1"
	for _, step := range []struct {
		app, page string
		batch     uint64
		want      string
	}{
		{"shop", "p1", 1, whole}, {"shop", "p1", 2, again}, {"shop", "p1", 1, whole}, // sent anew, for a sink that did not take it
		{"shop", "p2", 2, whole}, {"bank", "p1", 3, whole}, {"shop", "", 4, whole}, {"shop", "", 5, whole}, // no id, no memory
	} {
		b := report(step.app, step.page)
		dropped, _ := reported.drop(b, step.batch, 0)
		assert.Equal(t, step.want, kindsOf(b), step)
		assert.Zero(t, dropped)
		assert.Equal(t, 1, b.Accepted(), "another event of the report stands for it")
	}
	bare := report("shop", "p1")
	bare.Events = bare.Events[:1]
	dropped, _ := reported.drop(bare, 9, 0)
	assert.Equal(t, 1, dropped, "nothing is left that could stand for it")
}

func TestWhatNoSinkTookIsForgotten(t *testing.T) {
	reported := newReported()
	_, firsts := reported.drop(report("shop", "p1"), 1, 0)
	reported.forget(firsts, 1)
	b := report("shop", "p1")
	_, firsts = reported.drop(b, 2, 0)
	assert.Equal(t, "PageView 1, PageLoad 0, Vital 0", kindsOf(b))
	reported.forget(firsts, 1) // not its own
	b = report("shop", "p1")
	reported.drop(b, 3, 0)
	assert.Equal(t, "Vital 1", kindsOf(b))
}

func TestTheAddressOfAPageIsKnownByItsID(t *testing.T) {
	reported := newReported()
	at := func(app string, pages ...beacon.Page) (urls []string) {
		b := &beacon.Beacon{App: beacon.App{Name: app}, Pages: pages}
		reported.locate(b, 0)
		for _, p := range b.Pages {
			urls = append(urls, p.URL)
		}
		return urls
	}
	known, unknown := beacon.Page{ID: "p1", URL: "/cart", Elsewhere: true}, beacon.Page{ID: "p1", Elsewhere: true}
	assert.Equal(t, []string{"/cart", "/cart"}, at("shop", unknown, known), "in any order")
	assert.Equal(t, []string{"/cart", "", ""}, at("shop", unknown, beacon.Page{ID: "p1"}, beacon.Page{ID: "p2", Elsewhere: true}))
	assert.Equal(t, []string{""}, at("bank", unknown))
	at("shop", beacon.Page{ID: "long", URL: strings.Repeat("x", maxReportedURL+1), Elsewhere: true})
	assert.Equal(t, []string{""}, at("shop", beacon.Page{ID: "long", Elsewhere: true}))
}

func TestWhatIsRememberedOfPageViewsIsBounded(t *testing.T) {
	reported := newReported()
	for i := range maxReported + 10 {
		b := report("shop", fmt.Sprint(i))
		b.Pages[0].URL, b.Pages[0].Elsewhere = "/x", true
		reported.locate(b, 0)
		reported.drop(b, 1, 0)
	}
	assert.Equal(t, []int{maxReported, maxReported}, []int{reported.byPage.Len(), reported.urls.Len()})
}

func TestAFloodFromOneAddressForgetsNoPageViewOfOthers(t *testing.T) {
	reported := newReported()
	send := func(page string, batch uint64, of recent.Share) *beacon.Beacon {
		b := report("shop", page)
		b.Pages[0].Elsewhere = true
		if batch == 1 {
			b.Pages[0].URL = "/cart"
		}
		reported.locate(b, of)
		reported.drop(b, batch, of)
		return b
	}
	send("honest", 1, 7)
	for i := range maxReported + 10 {
		send(fmt.Sprint(i), 1, 8)
	}
	again := send("honest", 2, 7)
	assert.Equal(t, "Vital 1", kindsOf(again), "it is not counted again")
	assert.Equal(t, "/cart", again.Pages[0].URL)
}
