package gather

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func tagged(app, version string) beacon.Page {
	return beacon.Page{Tags: []beacon.Tag{{Key: "app", Value: app}, {Key: "version", Value: version}}}
}

func TestABeaconIsOfOneApplication(t *testing.T) {
	whole := beacon.Beacon{
		ID: "b", LeftOut: 1, Refused: []beacon.Refusal{{Index: 9}},
		Pages:  []beacon.Page{{URL: "none"}, tagged("shop", "1"), tagged("bank", "1"), tagged("shop", "2"), tagged("shop", "1")},
		Events: []beacon.Event{{Page: 0}, {Page: 1}, {Page: 2}, {Page: 3}, {Page: 4}},
	}
	var got [][]int
	parts := Apart([]beacon.Beacon{whole})
	for _, part := range parts {
		var pages []int
		for _, event := range part.Events {
			pages = append(pages, event.Page)
		}
		got = append(got, pages)
		assert.Equal(t, "b", part.ID)
	}
	assert.Equal(t, [][]int{{0, 1, 2}, {0}, {0}}, got)
	assert.Equal(t, "none", parts[0].Pages[0].URL, "a page that names none is of the first")
	assert.Equal(t, []int{1, 0, 0}, []int{parts[0].LeftOut, parts[1].LeftOut, parts[2].LeftOut})
	assert.Empty(t, parts[1].Refused)

	same := []beacon.Beacon{{Pages: []beacon.Page{tagged("shop", "1"), {}, tagged("shop", "1")}}}
	assert.Equal(t, same, Apart(same))
}

func TestElementsPastTheBoundAreRefusedAndTheOthersKeepTheirPlaces(t *testing.T) {
	var g Gather
	limits := beacon.DefaultLimits()
	limits.MaxEvents = 3
	g.Start(limits)
	for i := range 5 {
		switch {
		case !g.Begin():
		case i == 1:
			g.Refuse(Fault{Reason: beacon.ReasonBadEvent})
		default:
			g.Also(beacon.Event{Payload: &beacon.PageView{}})
			g.Take(beacon.Event{Payload: &beacon.Click{}})
		}
	}
	g.LeaveOut()
	b := g.Beacons(true)[0]
	assert.Equal(t, []beacon.Refusal{{Index: 1, Reason: beacon.ReasonBadEvent}, {Index: 3, Reason: beacon.ReasonTooManyEvents, More: 1}}, b.Refused)
	assert.Equal(t, []int{5, 2, 3, 1}, []int{b.Received(), b.Accepted(), b.Rejected(), b.LeftOut})
	var places []int
	for _, event := range b.Events {
		places = append(places, event.Index)
	}
	assert.Equal(t, []int{0, 0, 2, 2}, places)
}

func TestOneErrorIsOneWhicheverSDKReportsIt(t *testing.T) {
	for _, tc := range []struct{ name, kind, message, stack, wantType, wantMessage string }{
		{"TypeError", "", "TypeError: x is null", "", "TypeError", "x is null"},
		{"TypeError", "", "Uncaught TypeError: x is null", "", "TypeError", "x is null"},
		{"error", "", "Uncaught (in promise) TypeError: x is null", "", "TypeError", "x is null"},
		{"error", "javascript_error", "x is null", "RangeError: x is null\n at f", "RangeError", "x is null"},
		{"UnhandledRejection", "", "Non-Error promise rejection captured with value: gave up", "", "UnhandledRejection", "gave up"},
		{"", "", "TypeError", "", "Error", "TypeError"},
	} {
		x := &beacon.Exception{Message: tc.message, Stack: tc.stack}
		NameException(x, tc.name, tc.kind)
		assert.Equal(t, []string{tc.wantType, tc.wantMessage}, []string{x.Type, x.Message}, tc)
	}
}
