package scrub

import (
	"testing"

	"github.com/stretchr/testify/assert"
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
		"https://a@b@shop.example/p@q":        "https://shop.example/{email}",
		"/relative/path?x=1":                  "/relative/path",
		"?x=1":                                "",
		"data:text/html,<b>secret</b>":        "data:",
		"blob:https://shop.example/8f1e":      "blob:",
		"not a url":                           "not a url",
	} {
		assert.Equal(t, want, new(Scrubber).URL(in), in)
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
		assert.Equal(t, want, new(Scrubber).Text(in), in)
	}
}

func TestAllowedParametersStay(t *testing.T) {
	s := New(Settings{AllowedQuery: []string{"utm_source", "page"}})
	for in, want := range map[string]string{
		"https://a.example/?utm_source=news&email=jane%40x.example&page=2#top": "https://a.example/?utm_source=news&page=2",
		"https://a.example/?token=1":                                   "https://a.example/",
		"https://a.example/?Page=2&xpage=1":                            "https://a.example/",
		"https://a.example/?page":                                      "https://a.example/?page",
		"https://a.example/?page=2;token=s3cret":                       "https://a.example/?page=2",
		"https://a.example/?page=https%3A%2F%2Fb.example%3Ft%3Ds3cret": "https://a.example/",
		"https://a.example/?page=b/c?t=1":                              "https://a.example/",
		"https://a.example/?utm_source=jane%40mail.example":            "https://a.example/?utm_source={email}",
		"https://a.example/#?page=2":                                   "https://a.example/",
		"/relative?page=2&x=1":                                         "/relative?page=2",
		"data:text/html,x?page=1":                                      "data:",
	} {
		assert.Equal(t, want, s.URL(in), in)
	}
	assert.Equal(t, "at f (https://a.example/a.js?page=2:3:4) GET /b?page=1", s.Text("at f (https://a.example/a.js?v=1&page=2:3:4) GET /b?x=1&page=1"))
	assert.Equal(t, "/a", Path("https://a.example/a?page=2"))
}

func TestQueriesWithoutSchemeAreScrubbed(t *testing.T) {
	var s Scrubber
	for in, want := range map[string]string{
		"GET /login?next=a&session=s3cret failed":    "GET /login failed",
		"?next=a&session=s3cret":                     "",
		"?next=a&session=s3cret is bad":              " is bad",
		"a ?b=c : d":                                 "a ?b=c : d",
		"at /app.js?v=s3cret:1:2":                    "at /app.js:1:2",
		"what? a=b":                                  "what? a=b",
		"a ? b : c":                                  "a ? b : c",
		"why?":                                       "why?",
		"data:image/png;base64,s3cret":               "data:",
		"loading blob:https://a.example/8f1e failed": "loading blob: failed",
		"https://a.example/u/jane@mail.example/p":    "https://a.example/u/{email}/p",
	} {
		assert.Equal(t, want, s.Text(in), in)
	}
}
