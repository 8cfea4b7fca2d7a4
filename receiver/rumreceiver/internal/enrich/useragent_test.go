package enrich

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

const (
	chromeLinux   = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
	chromeWindows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
	chromeAndroid = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36"
	safariIPhone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
)

func TestTheSenderIsReadFromUserAgentAndHints(t *testing.T) {
	u := newUserAgents()

	desktop := u.client(Sender{UserAgent: chromeLinux, Brands: `"Chromium";v="156", "Not:A-Brand";v="8"`, Mobile: "?0", Platform: `"Linux"`})
	assert.Equal(t, "Chrome", desktop.BrowserName)
	assert.Equal(t, "desktop", desktop.DeviceType)
	assert.Equal(t, "Linux", desktop.Platform)
	assert.Equal(t, []string{"Chromium 156", "Not:A-Brand 8"}, desktop.Brands)
	assert.Empty(t, desktop.Synthetic)

	mobile := u.client(Sender{UserAgent: safariIPhone})
	assert.Equal(t, "Safari", mobile.BrowserName)
	assert.Equal(t, "iOS", mobile.OSName)
	assert.Equal(t, "18.5", mobile.OSVersion)
	assert.Equal(t, "mobile", mobile.DeviceType)
	assert.True(t, mobile.Mobile)

	assert.Equal(t, "mobile", u.client(Sender{UserAgent: chromeLinux, Mobile: "?1"}).DeviceType, "the hint overrules the frozen user agent")
	assert.Equal(t, beacon.Client{}, u.client(Sender{}))
	var trims beacon.Trims
	assert.Len(t, Sender{UserAgent: strings.Repeat("x", 513), Brands: strings.Repeat("x", 512)}.headers(&trims).UserAgent, maxUserAgent)
	assert.Equal(t, beacon.Trims{beacon.BoundHeader: 1}, trims, "cut and counted")
	assert.Equal(t, "x/1 {email}", u.client(Sender{UserAgent: "x/1 admin@mail.example"}).UserAgent)
}

func TestBrandsNameTheBrowsersThatLookLikeChrome(t *testing.T) {
	u := newUserAgents()
	for brand, want := range map[string]string{
		"Microsoft Edge": "Edge 155", "Opera": "Opera 155", "Samsung Internet": "Samsung Browser 155", "Brave": "Brave 155",
		"Google Chrome": "Chrome 156.0.0.0", "Invented": "Chrome 156.0.0.0",
	} {
		got := u.client(Sender{UserAgent: chromeWindows, Brands: `"Chromium";v="156", "` + brand + `";v="155", "Not:A-Brand";v="8"`})
		assert.Equal(t, want, got.BrowserName+" "+got.BrowserVersion, brand)
	}
	assert.Equal(t, []string{"data:", "{email} 1"}, u.client(Sender{Brands: `"data:";v="1", "a@mail.example";v="1"`}).Brands)
	edge := chromeWindows + " Edg/155.0.3.4"
	assert.Equal(t, "155.0.3.4", u.client(Sender{UserAgent: edge, Brands: `"Microsoft Edge";v="155"`}).BrowserVersion, "the user agent says it more exactly")
	assert.Equal(t, maxBrands, len(u.client(Sender{Brands: `"a";v="1", "b";v="1", "c";v="1", "d";v="1", "e";v="1", "f";v="1", "g";v="1", "h";v="1", "i";v="1"`}).Brands))
}

func TestThePlatformHintNamesTheSystemOfAFrozenUserAgent(t *testing.T) {
	u := newUserAgents()
	for name, tc := range map[string]struct {
		sender              Sender
		os, version, device string
	}{
		"NoHint":           {Sender{UserAgent: chromeWindows}, "Windows", "10.0", "desktop"},
		"Windows11":        {Sender{UserAgent: chromeWindows, Platform: `"Windows"`, Mobile: "?0"}, "Windows", "", "desktop"},
		"FrozenAndroid":    {Sender{UserAgent: chromeAndroid, Platform: `"Android"`, Mobile: "?1"}, "Android", "", "mobile"},
		"AndroidAsDesktop": {Sender{UserAgent: chromeLinux, Platform: `"Android"`, Mobile: "?0"}, "Android", "", "tablet"},
		"ChromeOS":         {Sender{UserAgent: chromeLinux, Platform: `"Chrome OS"`, Mobile: "?0"}, "ChromeOS", "", "desktop"},
		"UnknownPlatform":  {Sender{UserAgent: chromeWindows, Platform: `"Plan 9"`}, "Windows", "10.0", "desktop"},
	} {
		got := u.client(tc.sender)
		assert.Equal(t, []string{tc.os, tc.version, tc.device}, []string{got.OSName, got.OSVersion, got.DeviceType}, name)
	}
}

func TestBotsAndTestsAreNoPeople(t *testing.T) {
	u := newUserAgents()
	for userAgent, want := range map[string]string{
		chromeLinux: "", chromeAndroid: "", safariIPhone: "",
		"Mozilla/5.0 (Linux; Android 9; CUBOT_X18) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.0.0 Mobile Safari/537.36": "",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                                              "bot",
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)":                "bot",
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)":               "bot",
		"Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider)": "bot",
		"Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)":                                                    "bot",
		"Mozilla/5.0 (compatible; bingbot/2.0) Chrome/116.0.1938.76 Safari/537.36":                                              "bot",
		"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0":                                      "bot",
		"python-requests/2.32.0": "bot",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36":                     "test",
		"Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 Chrome/119.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse":   "test",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; Google Page Speed Insights) Chrome/119.0.0.0 Safari/537.36": "test",
		chromeLinux + " PTST/240201": "test",
	} {
		assert.Equal(t, want, u.client(Sender{UserAgent: userAgent}).Synthetic, userAgent)
	}
}

func TestTheCacheOfUserAgentsIsBounded(t *testing.T) {
	u := newUserAgents()
	for i := range maxUserAgents + 100 {
		u.client(Sender{UserAgent: time.Duration(i).String()})
	}
	assert.Equal(t, maxUserAgents, u.parsed.Len())
}

func TestAUserAgentThatSaysNoBrowserHasNoName(t *testing.T) {
	u := newUserAgents()
	for _, unknown := range []string{
		"hello world", "x", "(((", "Mozilla/5.0", "Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (compatible; SomeThing)",
		"account 4711 of Jane Doe", "jane/doe", strings.Repeat("x", 41) + "/1.0",
	} {
		client := u.client(Sender{UserAgent: unknown})
		assert.Empty(t, client.BrowserName+client.BrowserVersion, unknown)
		assert.Equal(t, unknown, client.UserAgent, "the whole of it is user_agent.original")
	}
	for userAgent, name := range map[string]string{
		"MyBrowser/1.2.3 (something; else)": "MyBrowser", "curl/8.0": "curl",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": "Googlebot",
		chromeLinux: "Chrome", safariIPhone: "Safari",
	} {
		assert.Equal(t, name, u.client(Sender{UserAgent: userAgent}).BrowserName, userAgent)
	}
}

func TestSendersOfOneBrowserShareACacheEntry(t *testing.T) {
	u := newUserAgents()
	for _, addr := range []string{"203.0.113.1", "203.0.113.2"} {
		sender := from(addr)
		sender.UserAgent, sender.GPC = chromeLinux, addr == "203.0.113.1"
		u.client(sender.headers(new(beacon.Trims)))
	}
	assert.Equal(t, 1, u.parsed.Len())
}
