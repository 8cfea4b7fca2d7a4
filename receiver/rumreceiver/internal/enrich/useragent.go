package enrich

import (
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/mileusna/useragent"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/scrub"
)

const (
	// maxUserAgents is how many parsed user agents are kept; the least recently seen goes first.
	// A site sees a few thousand, and parsing one anew costs some 10 µs.
	maxUserAgents = 4096
	// maxUserAgent is how much of User-Agent and of each client hint is read, in bytes; the rest is
	// cut and counted. Browsers in use send up to 300.
	maxUserAgent = 512
)

// The values of device.type.
const (
	deviceDesktop = "desktop"
	deviceMobile  = "mobile"
	deviceTablet  = "tablet"
)

// userAgents parses senders, with a bounded cache. Safe for concurrent use.
type userAgents struct {
	parsed *lru.Cache[Sender, beacon.Client]
}

func newUserAgents() *userAgents {
	parsed, err := lru.New[Sender, beacon.Client](maxUserAgents)
	if err != nil {
		panic(err) // only for a size that is not positive
	}
	return &userAgents{parsed: parsed}
}

// headers are the headers that identify a browser, bounded in length: the key of the cache.
func (s Sender) headers(trims *beacon.Trims) Sender {
	headers := Sender{UserAgent: s.UserAgent, Brands: s.Brands, Mobile: s.Mobile, Platform: s.Platform}
	for _, header := range []*string{&headers.UserAgent, &headers.Brands, &headers.Mobile, &headers.Platform} {
		var cut bool
		if *header, cut = beacon.Cut(*header, maxUserAgent); cut {
			*header = strings.Clone(*header) // a key that is kept must not keep the rest as well
			trims.Add(beacon.BoundHeader)
		}
	}
	return headers
}

// client reads the headers.
func (u *userAgents) client(headers Sender) beacon.Client {
	if client, ok := u.parsed.Get(headers); ok {
		return client
	}
	client := parseSender(headers)
	u.parsed.Add(headers, client)
	return client
}

func parseSender(sender Sender) beacon.Client {
	ua := useragent.Parse(sender.UserAgent)
	client := beacon.Client{
		UserAgent:      cleanHeader(sender.UserAgent),
		BrowserName:    cleanHeader(browserName(ua)),
		BrowserVersion: cleanHeader(ua.Version),
		OSName:         ua.OS,
		OSVersion:      cleanHeader(ua.OSVersion),
		DeviceType:     deviceType(ua),
		Mobile:         ua.Mobile,
		Synthetic:      synthetic(sender.UserAgent),
	}
	if client.BrowserName == "" {
		client.BrowserVersion = ""
	}
	if client.Synthetic == "" && ua.Bot {
		client.Synthetic = beacon.SyntheticBot
	}
	if ua.OS == useragent.Linux {
		client.OSVersion = "" // for Linux the parser returns the architecture
	}
	hint(&client, sender)
	return client
}

// maxBrowserName is the longest user_agent.name in bytes, twice the longest that is known.
const maxBrowserName = 40

// browserName is the parser's name if it is reliable: a known bot, or a name before a version. For an unknown User-Agent the parser
// returns some part of it, and a string that anybody can invent must not name a metric's series.
func browserName(ua useragent.UserAgent) string {
	hasVersion := ua.Version != "" && ua.Version[0] >= '0' && ua.Version[0] <= '9'
	if !ua.Bot && !hasVersion || len(ua.Name) > maxBrowserName || ua.Name == ua.String {
		return ""
	}
	return ua.Name
}

// cleanHeader scrubs a value of a header. Options do not apply here, because the result is cached.
func cleanHeader(s string) string { return new(scrub.Scrubber).Text(strings.ToValidUTF8(s, "\uFFFD")) }

func deviceType(ua useragent.UserAgent) string {
	switch {
	case ua.Tablet:
		return deviceTablet
	case ua.Mobile:
		return deviceMobile
	case ua.Desktop:
		return deviceDesktop
	}
	return ""
}
