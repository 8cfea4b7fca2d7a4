package enrich

import (
	"strings"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// testMarks are parts of the user agents of browsers that run tests or measurements, in lower case.
var testMarks = []string{
	"headlesschrome", "chrome-lighthouse", "lighthouse", "pagespeed", "speed insights", "ptst/", "gtmetrix", "pingdom", "datadogsynthetics",
	"newrelicsynthetics", "ruxitsynthetic", "dynatracesynthetic", "elastic/synthetics", "splunksynthetics", "catchpoint", "checkly", "site24x7",
	"statuscake", "uptimerobot", "cypress/", "playwright", "puppeteer", "phantomjs", "selenium", "webdriver", "jsdom/", "happydom/",
}

// botMarks are parts of the user agents of crawlers whose names do not end in bot, in lower case.
var botMarks = []string{
	"spider", "crawler", "slurp", "facebookexternalhit", "facebookcatalog", "meta-externalagent", "meta-externalfetcher",
	"mediapartners-google", "google-inspectiontool", "google-read-aloud", "googleother", "googleproducer", "google-safety", "apis-google",
	"chatgpt-user", "claude-web", "claude-user", "claude-searchbot", "anthropic-ai", "perplexity-user", "cohere-ai", "mistralai-user",
	"bingpreview", "yandexadnet", "whatsapp/", "skypeuripreview", "embedly", "quora link preview", "ia_archiver", "archive.org",
	"heritrix", "scrapy", "python-requests", "curl/", "wget/", "go-http-client", "okhttp/", "java/", "libwww-perl",
}

// synthetic distinguishes bots and tests from people by the User-Agent; empty for people. Programs
// that hide are not recognised.
func synthetic(userAgent string) string {
	lower := strings.ToLower(userAgent)
	for _, mark := range testMarks {
		if strings.Contains(lower, mark) {
			return beacon.SyntheticTest
		}
	}
	for _, mark := range botMarks {
		if strings.Contains(lower, mark) {
			return beacon.SyntheticBot
		}
	}
	if hasBotName(lower) {
		return beacon.SyntheticBot
	}
	return ""
}

// hasBotName finds a word that ends in bot: Googlebot, GPTBot, AhrefsBot. The phones of CUBOT are no
// bots.
func hasBotName(lower string) bool {
	for from := 0; ; {
		at := strings.Index(lower[from:], "bot")
		if at < 0 {
			return false
		}
		at += from
		from = at + len("bot")
		endsHere := from == len(lower) || !isLetter(lower[from])
		if endsHere && !strings.HasSuffix(lower[:at], "cu") {
			return true
		}
	}
}
