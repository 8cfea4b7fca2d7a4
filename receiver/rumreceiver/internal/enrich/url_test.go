package enrich

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
		"https://a@b@shop.example/p@q":        "https://shop.example/p@q",
		"/relative/path?x=1":                  "/relative/path",
		"?x=1":                                "",
		"data:text/html,<b>secret</b>":        "data:",
		"blob:https://shop.example/8f1e":      "blob:",
		"not a url":                           "not a url",
	} {
		assert.Equal(t, want, new(scrubber).url(in), in)
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
		assert.Equal(t, want, new(scrubber).text(in), in)
	}
}
