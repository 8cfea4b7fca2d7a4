package enrich

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// at makes a beacon of events at the given distances from noon.
func at(sent time.Duration, offsets ...time.Duration) *beacon.Beacon {
	b := &beacon.Beacon{Pages: make([]beacon.Page, 1)}
	if sent != never {
		b.Clock.Sent = noon.Add(sent)
	}
	for _, offset := range offsets {
		b.Events = append(b.Events, beacon.Event{Count: 1, Time: noon.Add(offset), Payload: &beacon.PageView{}})
	}
	return b
}

const (
	never = time.Duration(-1)
	day   = 24 * time.Hour
	year  = 365 * day
)

func TestTheClockIsCorrectedByTheTimeOfSending(t *testing.T) {
	for name, tc := range map[string]struct {
		sent time.Duration
		in   []time.Duration
		want []time.Duration
	}{
		"RightClock":          {-200 * time.Millisecond, []time.Duration{-5 * time.Second, -time.Second}, []time.Duration{-5 * time.Second, -time.Second}},
		"HalfASecondAhead":    {500 * time.Millisecond, []time.Duration{-1500 * time.Millisecond, 500 * time.Millisecond}, []time.Duration{-2 * time.Second, 0}},
		"FourSecondsBehind":   {-4 * time.Second, []time.Duration{-6 * time.Second, -4 * time.Second}, []time.Duration{-6 * time.Second, -4 * time.Second}},
		"TwoHoursAhead":       {2 * time.Hour, []time.Duration{2*time.Hour - 3*time.Second, 2*time.Hour - time.Second}, []time.Duration{-3 * time.Second, -time.Second}},
		"ThreeDaysBehind":     {-3 * day, []time.Duration{-3*day - time.Minute, -3 * day}, []time.Duration{-time.Minute, 0}},
		"TenYearsAhead":       {10 * year, []time.Duration{10*year - time.Second}, []time.Duration{-time.Second}},
		"EventAfterSend":      {-time.Second, []time.Duration{time.Hour}, []time.Duration{0}},
		"EventLongBefore":     {-time.Second, []time.Duration{-year}, []time.Duration{-day}},
		"NoSendAndRight":      {never, []time.Duration{-time.Hour, -time.Minute}, []time.Duration{-time.Hour, -time.Minute}},
		"NoSendAndAhead":      {never, []time.Duration{time.Hour, 2 * time.Hour}, []time.Duration{-time.Hour, 0}},
		"NoSendAndAHairAhead": {never, []time.Duration{-1500 * time.Millisecond, 300 * time.Millisecond, 500 * time.Millisecond}, []time.Duration{-2 * time.Second, -200 * time.Millisecond, 0}},
		"NoSendAndBehind":     {never, []time.Duration{-3*day - time.Minute, -3 * day}, []time.Duration{-time.Minute, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			b := at(tc.sent, tc.in...)
			correctClock(b, noon)
			var got, said []time.Duration
			for _, event := range b.Events {
				got = append(got, event.Time.Sub(noon))
				said = append(said, event.BrowserTime.Sub(noon))
			}
			assert.Equal(t, tc.want, got)
			assert.Equal(t, tc.in, said, "the browser's own time stays")
		})
	}
}

func TestAnEventWithoutATimeHappensWhenItArrivesWhateverTheClock(t *testing.T) {
	for name, tc := range map[string]struct {
		sent     time.Duration
		in, want time.Duration // of the other event of the batch
	}{
		"SentAhead":       {2 * time.Hour, 2*time.Hour - time.Second, -time.Second},
		"NoSendAndAhead":  {never, 2 * time.Hour, 0},
		"NoSendAndBehind": {never, -3 * day, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := at(tc.sent, tc.in)
			b.Events = append(b.Events, beacon.Event{Count: 1, Payload: &beacon.PageView{}})
			correctClock(b, noon)
			assert.Equal(t, tc.want, b.Events[0].Time.Sub(noon))
			assert.Equal(t, noon, b.Events[1].Time)
			assert.Zero(t, b.Events[1].BrowserTime)
		})
	}
}

func TestTheSkewIsReported(t *testing.T) {
	skew, known := correctClock(at(2*time.Hour, 0), noon)
	assert.True(t, known)
	assert.Equal(t, -2*time.Hour, skew)
	_, known = correctClock(at(never, -time.Minute), noon)
	assert.False(t, known)
}

func TestTheAppIsNamedByTagsThatClientsCommonlySet(t *testing.T) {
	tags := []beacon.Tag{{Key: "app", Value: "shop"}, {Key: "version", Value: "2"}, {Key: "plan", Value: "gold"}}
	b := &beacon.Beacon{App: beacon.App{Version: "1"}, Pages: []beacon.Page{{Tags: tags}, {Tags: tags}}}
	nameApp(b)
	assert.Equal(t, beacon.App{Name: "shop", Version: "1"}, b.App)
	want := []beacon.Tag{{Key: "version", Value: "2"}, {Key: "plan", Value: "gold"}}
	assert.Equal(t, want, b.Pages[0].Tags, "a tag that says more than the resource stays")
	assert.Equal(t, want, b.Pages[1].Tags)
	assert.Len(t, tags, 3, "the tags of the decoder are not changed in place")
}

func TestEveryFieldThatHoldsAURLIsScrubbed(t *testing.T) {
	const secret = "https://x.example/a?token=s3cret"
	b := at(0, 0)
	b.Pages[0].URL, b.Pages[0].Referrer = secret, secret
	b.Events = append(
		b.Events,
		beacon.Event{Payload: &beacon.Resource{URL: secret}},
		beacon.Event{Payload: &beacon.Exception{Message: "m " + secret, Stack: "s " + secret, File: secret}},
		beacon.Event{Payload: &beacon.Measurement{}, Attributes: []beacon.Attribute{{Key: "k", String: secret}}},
	)
	newEnricher(t, Settings{}).Enrich(b, Sender{}, noon)
	exception := b.Events[2].Payload.(*beacon.Exception)
	for _, text := range []string{
		b.Pages[0].URL, b.Pages[0].Referrer, b.Events[1].Payload.(*beacon.Resource).URL, exception.Message, exception.Stack,
		exception.File, b.Events[3].Attributes[0].String,
	} {
		assert.Contains(t, text, "https://x.example/a")
		assert.NotContains(t, text, "s3cret")
	}
	assert.Equal(t, "/a", b.Pages[0].Path)
	assert.Equal(t, "/a", b.Pages[0].Route)
}

func TestARouteThatTheClientKnowsIsKept(t *testing.T) {
	b := &beacon.Beacon{Pages: []beacon.Page{{URL: "https://x.example/product/42", Route: "/product/:id"}}}
	newEnricher(t, Settings{}).Enrich(b, Sender{}, noon)
	assert.Equal(t, "/product/:id", b.Pages[0].Route)
}
