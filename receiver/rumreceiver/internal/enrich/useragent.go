package enrich

import (
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/mileusna/useragent"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

const (
	// maxUserAgents is how many parsed user agents are kept; the least recently seen goes first.
	// A site sees a few thousand, and parsing one anew costs 2 µs.
	maxUserAgents = 4096
	// maxUserAgent is the longest User-Agent that is read, in bytes; the rest is cut.
	maxUserAgent = 512
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

func (u *userAgents) client(sender Sender) beacon.Client {
	for _, header := range []*string{&sender.UserAgent, &sender.Brands, &sender.Mobile, &sender.Platform} {
		*header, _ = beacon.Cut(*header, maxUserAgent)
	}
	if client, ok := u.parsed.Get(sender); ok {
		return client
	}
	client := parseSender(sender)
	u.parsed.Add(sender, client)
	return client
}

func parseSender(sender Sender) beacon.Client {
	ua := useragent.Parse(sender.UserAgent)
	client := beacon.Client{
		UserAgent:      strings.ToValidUTF8(sender.UserAgent, "\uFFFD"),
		BrowserName:    ua.Name,
		BrowserVersion: ua.Version,
		OSName:         ua.OS,
		OSVersion:      ua.OSVersion,
		DeviceType:     deviceType(ua),
		Mobile:         ua.Mobile,
	}
	if ua.Bot {
		client.Synthetic = "bot"
	}
	if ua.OS == useragent.Linux {
		client.OSVersion = "" // what stands there is the architecture
	}
	hint(&client, sender)
	return client
}

func deviceType(ua useragent.UserAgent) string {
	switch {
	case ua.Tablet:
		return "tablet"
	case ua.Mobile:
		return "mobile"
	case ua.Desktop:
		return "desktop"
	}
	return ""
}

// hint overrules the frozen User-Agent by the client hints that a browser sends on its own.
// https://wicg.github.io/ua-client-hints/
func hint(client *beacon.Client, sender Sender) {
	client.Platform = strings.ToValidUTF8(strings.Trim(sender.Platform, `"`), "\uFFFD")
	client.Brands = brands(sender.Brands)
	switch sender.Mobile {
	case "?1":
		client.Mobile = true
		if client.DeviceType == "" || client.DeviceType == "desktop" {
			client.DeviceType = "mobile"
		}
	case "?0":
		client.Mobile = false
	}
}

// brands reads `"Chromium";v="156", "Not:A-Brand";v="8"` as "Chromium 156", "Not:A-Brand 8".
func brands(header string) []string {
	var list []string
	for part := range strings.SplitSeq(header, ", ") {
		name, version, ok := strings.Cut(part, ";v=")
		if !ok {
			continue
		}
		brand := strings.Trim(name, `"`) + " " + strings.Trim(version, `"`)
		list = append(list, strings.ToValidUTF8(brand, "\uFFFD"))
	}
	return list
}
