package enrich

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestScrubURLLeavesOriginAndPath(t *testing.T) {
	for in, want := range map[string]string{
		"":                                    "",
		"https://shop.example":                "https://shop.example",
		"https://shop.example/a/b":            "https://shop.example/a/b",
		"https://shop.example/a?token=s3cret": "https://shop.example/a",
		"https://shop.example/a#section":      "https://shop.example/a",
		"https://shop.example?x=1":            "https://shop.example",
		"https://jane:s3cret@shop.example/a":  "https://shop.example/a",
		"https://a@b@shop.example/p@q":        "https://shop.example/p@q",
		"/relative/path?x=1":                  "/relative/path",
		"?x=1":                                "",
		"data:text/html,<b>secret</b>":        "data:",
		"blob:https://shop.example/8f1e":      "blob:",
		"not a url":                           "not a url",
	} {
		assert.Equal(t, want, ScrubURL(in), in)
	}
}

func TestScrubTextCleansEveryURLInsideAText(t *testing.T) {
	for in, want := range map[string]string{
		"no address": "no address",
		"Failed to fetch https://api.example/v1?key=s3cret":                                                 "Failed to fetch https://api.example/v1",
		"    at f (https://shop.example/app.js?v=s3cret:1:2280)\n    at g (https://u:p@x.example/b.js:3:4)": "    at f (https://shop.example/app.js:1:2280)\n    at g (https://x.example/b.js:3:4)",
		"f@http://shop.example/a.js?s3cret:1:2\ng@http://shop.example/a.js#s3cret:1":                        "f@http://shop.example/a.js:1:2\ng@http://shop.example/a.js:1",
		`got "https://a.example/?x=1" and 'https://b.example/#y'`:                                           `got "https://a.example/" and 'https://b.example/'`,
		"://":      "://",
		"a://:1:2": "a://:1:2",
	} {
		assert.Equal(t, want, scrubText(in), in)
	}
}

func TestTemplateReplacesIdentifiers(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"/":                    "/",
		"/checkout":            "/checkout",
		"/product/42":          "/product/{id}",
		"/product/42/reviews/": "/product/{id}/reviews/",
		"/orders/3f2504e0-4f89-11d3-9a0c-0305e82c3301": "/orders/{uuid}",
		"/assets/9e107d9d372bb6826bd81d3542a419d6":     "/assets/{hash}",
		"/archive/2026-11-23/2026-11":                  "/archive/{date}/{date}",
		"/u/jane@example.com/u%40x":                    "/u/{email}/{email}",
		"/t/eyJhbGciOi9JIUzI1NiIsInR5cCI6":             "/t/{token}",
		"/blog/how-we-made-checkout-faster":            "/blog/how-we-made-checkout-faster",
		"/v2/deadbeef/facade":                          "/v2/deadbeef/facade",
	} {
		assert.Equal(t, want, Template(in), in)
	}
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// at makes a beacon of events at the given distances from noon.
func at(sent time.Duration, offsets ...time.Duration) *beacon.Beacon {
	b := &beacon.Beacon{Pages: make([]beacon.Page, 1)}
	if sent != never {
		b.Clock.Sent = noon.Add(sent)
	}
	for _, offset := range offsets {
		b.Events = append(b.Events, beacon.Event{Kind: beacon.KindPageView, Count: 1, Time: noon.Add(offset)})
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
		"RightClock":      {-200 * time.Millisecond, []time.Duration{-5 * time.Second, -time.Second}, []time.Duration{-5 * time.Second, -time.Second}},
		"TwoHoursAhead":   {2 * time.Hour, []time.Duration{2*time.Hour - 3*time.Second, 2*time.Hour - time.Second}, []time.Duration{-3 * time.Second, -time.Second}},
		"ThreeDaysBehind": {-3 * day, []time.Duration{-3*day - time.Minute, -3 * day}, []time.Duration{-time.Minute, 0}},
		"TenYearsAhead":   {10 * year, []time.Duration{10*year - time.Second}, []time.Duration{-time.Second}},
		"EventAfterSend":  {-time.Second, []time.Duration{time.Hour}, []time.Duration{0}},
		"EventLongBefore": {-time.Second, []time.Duration{-year}, []time.Duration{-day}},
		"NoSendAndRight":  {never, []time.Duration{-time.Hour, -time.Minute}, []time.Duration{-time.Hour, -time.Minute}},
		"NoSendAndAhead":  {never, []time.Duration{time.Hour, 2 * time.Hour}, []time.Duration{-time.Hour, 0}},
		"NoSendAndBehind": {never, []time.Duration{-3*day - time.Minute, -3 * day}, []time.Duration{-time.Minute, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			b := at(tc.sent, tc.in...)
			correctClock(b, noon)
			var got []time.Duration
			for _, event := range b.Events {
				got = append(got, event.Time.Sub(noon))
			}
			assert.Equal(t, tc.want, got)
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

func TestTheSenderIsReadFromUserAgentAndHints(t *testing.T) {
	const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
	const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
	const bot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
	u := newUserAgents()

	desktop := u.client(Sender{UserAgent: chrome, Brands: `"Chromium";v="156", "Not:A-Brand";v="8"`, Mobile: "?0", Platform: `"Linux"`})
	assert.Equal(t, "Chrome", desktop.BrowserName)
	assert.Equal(t, "desktop", desktop.DeviceType)
	assert.Equal(t, "Linux", desktop.Platform)
	assert.Equal(t, []string{"Chromium 156", "Not:A-Brand 8"}, desktop.Brands)

	mobile := u.client(Sender{UserAgent: iphone})
	assert.Equal(t, "Safari", mobile.BrowserName)
	assert.Equal(t, "iOS", mobile.OSName)
	assert.Equal(t, "mobile", mobile.DeviceType)
	assert.True(t, mobile.Mobile)

	assert.Equal(t, "mobile", u.client(Sender{UserAgent: chrome, Mobile: "?1"}).DeviceType, "the hint overrules the frozen user agent")
	assert.Equal(t, "bot", u.client(Sender{UserAgent: bot}).Synthetic)
	assert.Equal(t, beacon.Client{}, u.client(Sender{}))
	assert.Len(t, u.client(Sender{UserAgent: string(make([]byte, 5000))}).UserAgent, maxUserAgent)
}

func TestTheCacheOfUserAgentsIsBounded(t *testing.T) {
	u := newUserAgents()
	for i := range maxUserAgents + 100 {
		u.client(Sender{UserAgent: time.Duration(i).String()})
	}
	assert.Equal(t, maxUserAgents, u.parsed.Len())
}

func TestEveryFieldThatHoldsAURLIsScrubbed(t *testing.T) {
	const secret = "https://x.example/a?token=s3cret"
	b := at(0, 0)
	b.Pages[0].URL, b.Pages[0].Referrer = secret, secret
	b.Events = append(
		b.Events,
		beacon.Event{Kind: beacon.KindResource, Name: secret, Resource: &beacon.Resource{}},
		beacon.Event{Kind: beacon.KindError, Error: &beacon.Error{Message: "m " + secret, Stack: "s " + secret, File: secret}},
		beacon.Event{Kind: beacon.KindMeasurement, Attributes: []beacon.Attribute{{Key: "k", String: secret}}},
	)
	New().Enrich(b, Sender{}, noon)
	for _, text := range []string{
		b.Pages[0].URL, b.Pages[0].Referrer, b.Events[1].Name, b.Events[2].Error.Message, b.Events[2].Error.Stack,
		b.Events[2].Error.File, b.Events[3].Attributes[0].String,
	} {
		assert.Contains(t, text, "https://x.example/a")
		assert.NotContains(t, text, "s3cret")
	}
	assert.Equal(t, "/a", b.Pages[0].Path)
	assert.Equal(t, "/a", b.Pages[0].Route)
}

func TestARouteThatTheClientKnowsIsKept(t *testing.T) {
	b := &beacon.Beacon{Pages: []beacon.Page{{URL: "https://x.example/product/42", Route: "/product/:id"}}}
	New().Enrich(b, Sender{}, noon)
	assert.Equal(t, "/product/:id", b.Pages[0].Route)
}
