package enrich

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

func TestTheFirstConfiguredRouteThatMatchesWins(t *testing.T) {
	r, err := compileRoutes([]string{
		"/", "/product/new", "/product/{id}", "/{lang}/product/{id}", "/docs/**", "/docs/never", "/a/*/c/", "/{lang}/**",
	})
	require.NoError(t, err)
	for path, want := range map[string]string{
		"/":                "/",
		"/product/new":     "/product/new",
		"/product/shoe":    "/product/{id}",
		"/product/shoe/":   "/product/{id}",
		"/product//":       "/{lang}/**",
		"/de/product/shoe": "/{lang}/product/{id}",
		"/docs":            "/docs/**",
		"/docs/a/b":        "/docs/**",
		"/docs/never":      "/docs/**",
		"/a/b/c":           "/a/*/c/",
		"/other":           "/{lang}/**",
		"product/shoe":     "",
		"":                 "",
	} {
		assert.Equal(t, want, r.match(path), path)
	}
	none, err := compileRoutes(nil)
	require.NoError(t, err)
	assert.Empty(t, none.match("/"))
	literal, err := compileRoutes([]string{"/a/b"})
	require.NoError(t, err)
	assert.Empty(t, literal.match("/a/b/c"))
	assert.Empty(t, literal.match("/a"))
}

func TestRoutesThatSayNothingAreErrors(t *testing.T) {
	for _, route := range []string{"", "product", "/a/**/b", "/a{b}", "/a//b", "/a/{}", "/a?b=1", "/a#b", "/a\nb", "/" + strings.Repeat("x", maxTemplate)} {
		_, err := New(Settings{Routes: []string{"/fine", route}})
		assert.ErrorContains(t, err, fmt.Sprintf("%q", route))
	}
	_, err := New(Settings{Routes: make([]string, maxConfiguredRoutes+1)})
	assert.ErrorContains(t, err, "at most 1000")
}

// routeOf is the template of a page after enrichment.
func routeOf(e *Enricher, page beacon.Page, now time.Time) string {
	b := &beacon.Beacon{Pages: []beacon.Page{page}}
	e.Enrich(b, Sender{}, now)
	return b.Pages[0].Route
}

func TestConfiguredRoutesComeAfterTheClientsAndBeforeTheGuess(t *testing.T) {
	e := newEnricher(t, Settings{Routes: []string{"/product/{slug}"}})
	assert.Equal(t, "/product/{slug}", routeOf(e, beacon.Page{URL: "https://x.example/product/red-shoe?x=1"}, noon))
	assert.Equal(t, "/p/:slug", routeOf(e, beacon.Page{URL: "https://x.example/product/red-shoe", Route: "/p/:slug"}, noon))
	assert.Equal(t, "/order/{id}", routeOf(e, beacon.Page{URL: "https://x.example/order/42"}, noon))
}

func TestRoutesOfClientsAreChecked(t *testing.T) {
	e := newEnricher(t, Settings{})
	for i, route := range []string{"/a?token=1", "/a#x", "/a\x00", "https://evil.example/", strings.Repeat("x", maxTemplate+1)} {
		assert.Equal(t, "/order/{id}", routeOf(e, beacon.Page{URL: "https://x.example/order/42", Route: route}, noon), route)
		assert.EqualValues(t, i+1, e.Stats().RoutesRefused)
	}
	assert.Equal(t, "/u/{email}", routeOf(e, beacon.Page{Route: "/u/jane@mail.example"}, noon))
}

func TestDistinctTemplatesAreBounded(t *testing.T) {
	e := newEnricher(t, Settings{MaxRoutes: 3, Routes: []string{"/configured/*"}})
	invent := func(i int, now time.Time) string {
		return routeOf(e, beacon.Page{Route: fmt.Sprintf("/invented-%d", i)}, now)
	}
	for i := range 3 {
		assert.NotEqual(t, otherRoute, invent(i, noon))
	}
	for i := range 100 {
		assert.Equal(t, otherRoute, invent(100+i, noon))
		assert.Equal(t, otherRoute, routeOf(e, beacon.Page{URL: fmt.Sprintf("https://x.example/page-%c", 'a'+i%26)}, noon))
	}
	assert.Equal(t, Stats{UserAgents: 1, Routes: 3, RoutesOverflowed: 200}, e.Stats())
	assert.Equal(t, "/invented-0", invent(0, noon), "those that were there first stay")
	assert.Equal(t, "/configured/*", routeOf(e, beacon.Page{URL: "https://x.example/configured/a"}, noon), "configured ones always have room")

}

func TestIdleTemplatesMakeRoom(t *testing.T) {
	e := newEnricher(t, Settings{MaxRoutes: 3})
	see := func(route string, now time.Time) string { return routeOf(e, beacon.Page{Route: route}, now) }
	for _, route := range []string{"/seen-again", "/idle", "/idle-too"} {
		assert.Equal(t, route, see(route, noon))
	}
	assert.Equal(t, "/seen-again", see("/seen-again", noon.Add(30*time.Minute)))
	assert.Equal(t, "/new", see("/new", noon.Add(time.Hour)))
	assert.Equal(t, 2, e.Stats().Routes, "/seen-again and /new")
}

func TestATemplateOfADeepPathIsOther(t *testing.T) {
	deep := "https://x.example/" + strings.Repeat("deep/", maxTemplate/4)
	assert.Equal(t, otherRoute, routeOf(newEnricher(t, Settings{}), beacon.Page{URL: deep}, noon))
}

func TestManyTemplatesByDefault(t *testing.T) {
	e := newEnricher(t, Settings{})
	for i := range 2 * defaultMaxRoutes {
		routeOf(e, beacon.Page{Route: fmt.Sprintf("/invented-%d", i)}, noon)
	}
	assert.Equal(t, Stats{UserAgents: 1, Routes: defaultMaxRoutes, RoutesOverflowed: defaultMaxRoutes}, e.Stats())
}

func BenchmarkRoutes(b *testing.B) {
	var configured []string
	for i := range 200 {
		configured = append(configured, fmt.Sprintf("/section-%d/{id}/reviews", i))
	}
	r, err := compileRoutes(append(configured, "/{lang}/product/{id}", "/product/{id}"))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if r.match("/product/42") == "" {
			b.Fatal("no match")
		}
	}
}

// A stranger from one address, who comes first and asks ten times as often, against the pages of a small site.
func TestTheTemplatesThatMostVisitorsSeeHaveAPlace(t *testing.T) {
	e := newEnricher(t, Settings{MaxRoutes: 20})
	see := func(route, address string, now time.Time) string {
		b := at(0, 0)
		b.Pages[0].Route = route
		e.Enrich(b, from(address), now)
		return b.Pages[0].Route
	}
	for minute := range 10 {
		now := noon.Add(time.Duration(minute) * time.Minute)
		for i := range 2000 {
			see(fmt.Sprint("/invented/", minute*2000+i), "198.51.100.7", now)
		}
		for i := range 200 {
			see(fmt.Sprint("/page/", i%15), fmt.Sprintf("203.0.%d.%d", minute, i), now)
		}
	}
	for i := range 15 {
		assert.Equal(t, fmt.Sprint("/page/", i), see(fmt.Sprint("/page/", i), "203.0.113.1", noon.Add(10*time.Minute)))
	}
	assert.Equal(t, otherRoute, see("/invented/1", "198.51.100.7", noon.Add(10*time.Minute)))
}

func TestVisitorsAreNetworksThatIdentifyPeople(t *testing.T) {
	e := newEnricher(t, Settings{})
	network := func(address string) uint64 { return e.Network(netip.MustParseAddr(address)) }
	for _, shared := range []string{"10.1.2.3", "192.168.0.1", "127.0.0.1", "100.64.1.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1"} {
		assert.Zero(t, network(shared), shared)
	}
	assert.NotEqual(t, network("203.0.113.1"), network("203.0.113.2"))
	assert.Equal(t, network("203.0.113.1"), network("::ffff:203.0.113.1"))
	assert.Equal(t, network("2001:db8:7:1::1"), network("2001:db8:7:2::1"))
	assert.NotEqual(t, network("2001:db8:7::1"), network("2001:db8:8::1"))
	assert.Zero(t, e.Network(netip.Addr{}))
}

func TestConfiguredRoutesMatchWhatWillBeTakenOut(t *testing.T) {
	e := newEnricher(t, Settings{Routes: []string{"/basket", "/users/loyalty", "/reset/{token}"}, HashRoutes: true})
	for url, want := range map[string]string{
		"https://shop.example/basket;jsessionid=7C1E9A04B2D84F6E": "/basket",
		"https://shop.example/users/loyalty":                      "/users/loyalty",
		"https://shop.example/users/jane":                         "/users/{user}",
		"https://shop.example/reset/a1b2c3d4e5f6":                 "/reset/{token}",
		"https://shop.example/#/basket?sid=1":                     "/basket",
		"https://shop.example/?x=1#section":                       "/",
	} {
		b := &beacon.Beacon{Pages: []beacon.Page{{URL: url}}}
		e.Enrich(b, Sender{}, noon)
		assert.Equal(t, want, b.Pages[0].Route, url)
	}
}
