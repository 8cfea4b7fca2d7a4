package enrich

import (
	"strings"

	"github.com/mileusna/useragent"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// browserOfBrand are the browsers that identify themselves by a brand and may otherwise look like Chrome. A closed
// list, since the name becomes an attribute of metrics.
var browserOfBrand = map[string]string{
	"Microsoft Edge":   useragent.Edge,
	"Opera":            useragent.Opera,
	"Samsung Internet": useragent.SamsungBrowser,
	"Vivaldi":          useragent.Vivaldi,
	"Brave":            "Brave",
	"YaBrowser":        "Yandex Browser",
	"Yandex":           "Yandex Browser",
	"DuckDuckGo":       "DuckDuckGo",
	"Android WebView":  "Android WebView",
}

// osOfPlatform maps Sec-CH-UA-Platform to the names that the User-Agent is parsed to.
var osOfPlatform = map[string]string{
	"Windows": useragent.Windows, "macOS": useragent.MacOS, "Linux": useragent.Linux, "Android": useragent.Android, "iOS": useragent.IOS,
	"Chrome OS": useragent.ChromeOS, "Chromium OS": useragent.ChromeOS,
}

// frozenVersion is the system's version that browsers with hints always write into the User-Agent.
// https://www.chromium.org/updates/ua-reduction/
var frozenVersion = map[string]string{
	useragent.Windows: "10.0", useragent.MacOS: "10.15.7", useragent.Android: "10",
}

// hint prefers the client hints that a browser sends unasked to the frozen User-Agent.
// https://wicg.github.io/ua-client-hints/
func hint(client *beacon.Client, sender Sender) {
	client.Platform = cleanHeader(strings.Trim(sender.Platform, `"`))
	client.Brands = brands(sender.Brands)
	hintBrowser(client)
	hintOS(client)
	switch sender.Mobile {
	case "?1":
		client.Mobile = true
		if client.DeviceType == "" || client.DeviceType == deviceDesktop {
			client.DeviceType = deviceMobile
		}
	case "?0":
		client.Mobile = false
		if client.OSName == useragent.Android { // of which no desktop is known to Chromium
			client.DeviceType = deviceTablet
		}
	}
}

// hintBrowser takes name and version of a known brand, if the User-Agent says another one.
func hintBrowser(client *beacon.Client) {
	for _, brand := range client.Brands {
		space := max(0, strings.LastIndexByte(brand, ' ')) // there is none if it was cleaned
		if name, ok := browserOfBrand[brand[:space]]; ok && name != client.BrowserName {
			client.BrowserName, client.BrowserVersion = name, brand[space+1:]
			return
		}
	}
}

// hintOS reads the system from the platform. It removes a version that may be wrong.
func hintOS(client *beacon.Client) {
	name, ok := osOfPlatform[client.Platform]
	if !ok {
		return
	}
	if name != client.OSName || client.OSVersion == frozenVersion[name] {
		client.OSVersion = ""
	}
	client.OSName = name
}

// maxBrands is how many brands are kept; browsers send three.
const maxBrands = 8

// brands reads `"Chromium";v="156", "Not:A-Brand";v="8"` as "Chromium 156", "Not:A-Brand 8".
func brands(header string) []string {
	var list []string
	for part := range strings.SplitSeq(header, ", ") {
		name, version, ok := strings.Cut(part, ";v=")
		if !ok || len(list) == maxBrands {
			continue
		}
		brand := strings.Trim(name, `"`) + " " + strings.Trim(version, `"`)
		list = append(list, cleanHeader(brand))
	}
	return list
}
