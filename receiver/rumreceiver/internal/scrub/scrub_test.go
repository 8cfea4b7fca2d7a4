package scrub

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestControlAndBidirectionalCharactersAreReplaced(t *testing.T) {
	for in, want := range map[string]string{
		"a\x00b":                       "a\uFFFDb",
		"\x00\x01\x02":                 "\uFFFD",
		"a\x1b[31mred\x7f":             "a\uFFFD[31mred\uFFFD",
		"a\tb\nc\r\nd":                 "a\tb\nc\r\nd",
		"user\u202Etxt.exe":            "user\uFFFDtxt.exe",
		"\u2066x\u2069\u200E":          "\uFFFDx\uFFFD",
		"a\u0085b\u009B":               "a\uFFFDb\uFFFD",
		"日本\u061Cö":                    "日本\uFFFDö",
		"https://shop.example/a\x00b":  "https://shop.example/a\uFFFDb",
		"https://shop.example/\u202Ea": "https://shop.example/\uFFFDa",
	} {
		assert.Equal(t, want, Clean(in), in)
		assert.Equal(t, want, new(Scrubber).Text(in), in)
		if strings.HasPrefix(in, "https:") {
			assert.Equal(t, want, new(Scrubber).URL(in), in)
		}
	}
}

func TestPagesOfAHashRouter(t *testing.T) {
	hash := New(Settings{HashRoutes: true, AllowedQuery: []string{"page"}})
	for in, want := range map[string][3]string{ // with the option: URL, template; without: template
		"https://shop.example/#/orders/1":               {"https://shop.example/#/orders/1", "/orders/{id}", "/"},
		"https://shop.example/#!/account":               {"https://shop.example/#!/account", "/account", "/"},
		"https://shop.example/admin/#/users/me":         {"https://shop.example/admin/#/users/me", "/admin/users/me", "/admin/"},
		"https://shop.example/app/index.html#/a":        {"https://shop.example/app/index.html#/a", "/app/a", "/app/index.html"},
		"https://shop.example/#section":                 {"https://shop.example/", "/", "/"},
		"https://shop.example/#access_token=s3cret":     {"https://shop.example/", "/", "/"},
		"https://shop.example/#/a?token=s3cret&page=2":  {"https://shop.example/#/a?page=2", "/a", "/"},
		"https://shop.example/?x=1#/a?token=s3cret":     {"https://shop.example/#/a", "/a", "/"},
		"https://shop.example/?page=1#/a":               {"https://shop.example/?page=1#/a", "/a", "/"},
		"https://shop.example/#/a#section":              {"https://shop.example/#/a", "/a", "/"},
		"https://shop.example/#/reset/a1b2c3d4e5f6":     {"https://shop.example/#/reset/{token}", "/reset/{token}", "/"},
		"https://shop.example/#/u/jane%40mail.example":  {"https://shop.example/#/u/{email}", "/u/{email}", "/"},
		"https://shop.example/#/a;jsessionid=s3cret":    {"https://shop.example/#/a", "/a", "/"},
		"https://shop.example/?page=1#/call/4917012345": {"https://shop.example/?page=1#/call/{phone}", "/call/{phone}", "/"},
	} {
		url := hash.URL(in)
		assert.Equal(t, want, [3]string{url, Template(RoutePath(url)), Template(RoutePath(new(Scrubber).URL(in)))}, in)
		assert.Equal(t, url, hash.URL(url), in)
	}
}

func TestRoutesOfClientsAreScrubbed(t *testing.T) {
	for in, want := range map[string]string{
		"/product/:id":          "/product/:id",
		"/u/[name]/posts/{id}":  "/u/[name]/posts/{id}",
		"/u/jane":               "/u/{user}",
		"/reset/a1b2c3d4e5f6":   "/reset/{token}",
		"/404":                  "/404",
		"/a;jsessionid=s3cret":  "/a",
		"/:x jane@mail.example": "/{email}",
	} {
		assert.Equal(t, want, new(Scrubber).Route(in), in)
	}
	assert.Equal(t, "/orders/:id", TrimHash("#/orders/:id"))
	assert.Equal(t, "/orders/:id", TrimHash("#!/orders/:id"))
	assert.Equal(t, "#top", TrimHash("#top"))
}

func TestWordsOfTheSitesOwnRoutesStay(t *testing.T) {
	own := New(Settings{Words: map[string]bool{"loyalty": true}})
	assert.Equal(t, "https://shop.example/users/loyalty", own.URL("https://shop.example/users/loyalty"))
	assert.Equal(t, "https://shop.example/users/{user}", own.URL("https://shop.example/users/jane"))
}

func TestAThousandSessionsInPathsAreOneRoute(t *testing.T) {
	for _, form := range []string{"/basket;jsessionid=%032X", "/basket;sid=%d;v=2?x=1", "/(S(%024x))/basket", "/basket%%3Bjsessionid%%3D%032X", "/reset/%032x", "/u/user-%d"} {
		routes := map[string]bool{}
		for i := range 1000 {
			url := new(Scrubber).URL("https://shop.example" + fmt.Sprintf(form, i*7919))
			routes[Template(RoutePath(url))] = true
		}
		assert.Len(t, routes, 1, "%s: %v", form, routes)
	}
}

func TestWhatStaysCostsNoMemory(t *testing.T) {
	all := samples(t, "innocent.tsv", 3)
	s := new(Scrubber)
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		for i := range all {
			if strings.Contains(all[i].in, "%") { // is decoded, which takes a copy
				continue
			}
			if all[i].kind == "url" {
				s.URL(all[i].in)
			} else {
				s.Text(all[i].in)
			}
		}
	}))
}
