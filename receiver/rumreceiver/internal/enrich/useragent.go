package enrich

import (
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/mileusna/useragent"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

const (
	// maxUserAgents is how many parsed user agents are kept; the least recently seen goes first.
	// A site sees a few thousand, and parsing one anew costs some 10 µs.
	maxUserAgents = 4096
	// maxUserAgent is the longest User-Agent that is read, in bytes; the rest is cut.
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

// client reads the headers; the sender's other fields make no difference.
func (u *userAgents) client(sender Sender) beacon.Client {
	headers := Sender{UserAgent: sender.UserAgent, Brands: sender.Brands, Mobile: sender.Mobile, Platform: sender.Platform}
	for _, header := range []*string{&headers.UserAgent, &headers.Brands, &headers.Mobile, &headers.Platform} {
		*header, _ = beacon.Cut(*header, maxUserAgent)
	}
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
		BrowserName:    cleanHeader(ua.Name),
		BrowserVersion: cleanHeader(ua.Version),
		OSName:         ua.OS,
		OSVersion:      cleanHeader(ua.OSVersion),
		DeviceType:     deviceType(ua),
		Mobile:         ua.Mobile,
		Synthetic:      synthetic(sender.UserAgent),
	}
	if client.Synthetic == "" && ua.Bot {
		client.Synthetic = syntheticBot
	}
	if ua.OS == useragent.Linux {
		client.OSVersion = "" // what stands there is the architecture
	}
	hint(&client, sender)
	return client
}

// cleanHeader makes what anybody may have written fit to be stored. No option applies here: the
// result is cached.
func cleanHeader(s string) string { return new(scrubber).text(strings.ToValidUTF8(s, "\uFFFD")) }

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
