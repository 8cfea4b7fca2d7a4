package beacon

import (
	"math"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
)

func TestEventsPastTheSizeOfABatchAreRefused(t *testing.T) {
	long := strings.Repeat("x", 1000)
	event := func(page int) Event { return Event{Payload: &Click{}, Count: 2, Page: page} }
	f := func(bound, kept int, pages []Page, events ...Event) {
		t.Helper()
		b := Beacon{Pages: pages, Events: events}
		var size Size
		assert.Equal(t, kept == len(events), LimitSize(&b, &size, bound))
		assert.LessOrEqual(t, max(size.Memory, size.Encoded), max(bound, batchMemory))
		assert.Len(t, b.Events, kept)
		assert.Equal(t, 2*(len(events)-kept), b.Rejected())
		assert.Equal(t, 2*len(events), b.Received(), "none is lost")
	}
	narrow, wide := Page{}, Page{Tags: []Tag{{Key: "a", Value: long}, {Key: "b", Value: long}}}
	f(10_000, 4, []Page{narrow}, event(0), event(0), event(0), event(0))
	f(10_000, 4, []Page{wide}, event(0), event(0), event(0), event(0), event(0))
	f(10_000, 5, []Page{narrow, wide}, event(0), event(1), event(1), event(1), event(1), event(1))
	f(0, 0, []Page{narrow}, event(0))
	for _, large := range []Event{
		{Payload: &Custom{Name: long}}, {Payload: &Exception{Stack: long}}, {Payload: &Exception{Message: long}}, {Payload: &Resource{ErrorType: long}},
		{Payload: &Click{Selector: long}}, {Payload: &Vital{ID: long}}, {Payload: &Click{}, Attributes: []Attribute{{Key: "k", String: long}}},
		{Payload: &Click{}, Attributes: []Attribute{{Type: ListValue, Items: []Attribute{{String: long}}}}},
		{Payload: &Click{}, Log: &Log{Body: Attribute{String: long}}},
		{Payload: &Click{}, Attributes: make([]Attribute, 20)},
	} {
		large.Count = 2
		f(batchMemory+recordMemory+324, 1, []Page{narrow}, event(0), large)
	}
}

func TestTextsOfASparseBodyDoNotKeepIt(t *testing.T) {
	within := func(text, body string) bool {
		at, start := uintptr(unsafe.Pointer(unsafe.StringData(text))), uintptr(unsafe.Pointer(unsafe.StringData(body)))
		return at >= start && at < start+uintptr(len(body))
	}
	for _, test := range []struct {
		body, kept int
		attached   bool
	}{
		{body: 1 << 20, kept: 60, attached: false},
		{body: smallBody, kept: smallBody, attached: true},
	} {
		body := strings.Repeat("text", test.body/4)
		part := func() string { return body[4:8] }
		b := Beacon{
			ID: part(), App: App{Name: part()}, Client: Client{Brands: []string{part()}}, Lost: []Lost{{Reason: part()}},
			Pages: []Page{{URL: part(), Tags: []Tag{{Key: part(), Value: part()}}}},
			Events: []Event{
				{Payload: &Exception{Type: part(), Message: part(), Stack: part()}, Attributes: []Attribute{{Key: part(), String: part(), Items: []Attribute{{String: part()}}}}},
				{Payload: &Click{Selector: part(), Tag: part()}, Log: &Log{SeverityText: part()}},
			},
		}
		beacons := []Beacon{b}
		assert.Equal(t, test.kept, Detach(beacons, len(body)))
		b = beacons[0]
		x, e := b.Events[0].Payload.(*Exception), &b.Events[0]
		for _, text := range []string{
			b.ID, b.App.Name, b.Client.Brands[0], b.Lost[0].Reason, b.Pages[0].URL, b.Pages[0].Tags[0].Key, b.Pages[0].Tags[0].Value,
			x.Type, x.Message, x.Stack, e.Attributes[0].Key, e.Attributes[0].String, e.Attributes[0].Items[0].String,
			b.Events[1].Payload.(*Click).Selector, b.Events[1].Log.SeverityText,
		} {
			assert.Equal(t, "text", text)
			assert.Equal(t, test.attached, within(text, body))
		}
	}
	dense := strings.Repeat("x", math.MaxUint16)
	assert.Equal(t, len(dense), Detach([]Beacon{{Events: []Event{{Payload: &Custom{Name: dense}}}}}, len(dense)), "most of it is texts")
}
