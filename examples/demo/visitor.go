package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// stay is how long a visitor stays on a page.
const stay = 20 * time.Second

// agents are a slow Android phone, an iPhone, and Chrome and Firefox on desktops.
var agents = [...]string{
	"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
	"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 Mobile/15E148 Safari/604.1",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
	"Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
}

// Where visitors are: those with slow networks are far from the shop.
var near, far = [...]string{"DE", "FR", "GB", "NO", "US"}, [...]string{"BR", "ID", "IN", "NG", "ZA"}

// kind is what a visitor has.
type kind struct {
	agent, connection  string
	network, processor float64 // how many times slower than a good one
}

// visitor is one made-up person.
type visitor struct {
	kind
	session, version, origin, country, address string
	random                                     *rand.Rand
}

// pageVisit is one page of a visit: where it is and what the client recorded there.
type pageVisit struct {
	path, title string
	events      []record
}

// record is an event of the client's wire format, see testdata/beacon.
type record map[string]any

func (v visitor) batch(number int, p pageVisit, t0, now time.Time) map[string]any {
	events := append([]record{{"k": "view", "t": 0}}, p.events...)
	if number == 0 {
		events = append([]record{{"k": "session", "t": 0}}, events...)
	}
	return map[string]any{
		"v": 1, "id": fmt.Sprintf("%016x", v.random.Uint64()), "now": now.Sub(t0).Milliseconds(), "t0": t0.UnixMilli(),
		"sdk": "@otelcol-rum/browser/0.1.0", "lang": "en-GB",
		"app":     map[string]any{"name": "demo-shop", "version": v.version, "env": "demo"},
		"session": map[string]any{"id": v.session},
		"conn":    map[string]any{"eff": v.connection},
		"pages":   []any{map[string]any{"id": fmt.Sprintf("%016x", v.random.Uint64()), "url": v.origin + p.path, "type": "navigate", "title": p.title}},
		"events":  events,
	}
}

// loading are the vitals of a page's load; the largest thing on it is an image that takes a while, or a
// text where there is no image.
func (v visitor) loading(target, image string, load float64) []record {
	ttfb := around(v.random, 110, 0.3) * v.network
	fcp := ttfb + around(v.random, 260, 0.25)*v.processor
	early := []record{{"k": "vital", "n": "TTFB", "v": ttfb, "t": ttfb}, {"k": "vital", "n": "FCP", "v": fcp, "t": fcp}}
	if image == "" {
		return append(early, record{"k": "vital", "n": "LCP", "v": fcp, "t": fcp, "sel": target, "fb": ttfb})
	}
	asked := ttfb + around(v.random, 90, 0.3)*v.processor
	loaded := asked + around(v.random, load, 0.3)*v.network
	lcp := max(loaded+around(v.random, 60, 0.4)*v.processor, fcp)
	return append(early,
		record{"k": "vital", "n": "LCP", "v": lcp, "t": lcp, "sel": target, "u": v.origin + image, "fb": ttfb, "rs": asked, "re": loaded},
		record{"k": "resource", "t": asked, "u": image, "v": loaded - asked, "it": "img", "ts": 40 * load, "st": 200},
	)
}

// inp is how long the slowest interaction took.
func (v visitor) inp(target string, work float64) record {
	delay, took := around(v.random, 8, 0.5)*v.processor, around(v.random, work, 0.3)*v.processor
	value := 8 * math.Round((delay+took+around(v.random, 20, 0.3))/8) // browsers round to 8 ms
	return record{
		"k": "vital", "n": "INP", "v": value, "t": 6000, "sel": target, "it": "pointerup", "ps": delay, "pe": delay + took,
		"sc": map[string]any{"u": v.origin + "/static/shop.js", "n": "block", "m": "BUTTON.onclick", "it": "event-listener", "d": took},
	}
}

func (v visitor) cls(target string, middle float64) record {
	shift := around(v.random, 1000*middle, 0.4) / 1000
	return record{"k": "vital", "n": "CLS", "v": shift, "t": 1400, "sel": target, "sv": shift, "sa": 1400}
}

// home has a picture, which is four times as heavy in version 1.1.0.
func (v visitor) home() pageVisit {
	load := 420.0
	if v.version == "1.1.0" {
		load *= 4
	}
	return pageVisit{"/", "Cook outside", append(v.loading("#hero", "/hero.svg", load), v.cls("aside.promo", 0.04), v.inp("#to-kettle", 30))}
}

func (v visitor) product() pageVisit {
	id := products[v.random.IntN(len(products))]
	events := append(v.loading("article>img", "/static/"+id.ID+".svg", 180), v.cls("article", 0.01), v.inp("#add", 55))
	events = append(events, record{"k": "click", "t": 6000, "sel": "#add", "tag": "button"})
	return pageVisit{"/product/" + id.ID, id.Name, events}
}

// checkout has an error since version 1.1.0: delivery to remote places has no rate.
func (v visitor) checkout() pageVisit {
	events := append(v.loading("h1", "", 0), v.cls("form", 0.005), v.inp("#order", 40))
	order := around(v.random, 450, 0.4)
	events = append(events, record{"k": "resource", "t": 7000, "u": "/api/orders", "v": order, "it": "fetch", "m": "POST", "st": 200})
	if v.version == "1.1.0" && v.random.Float64() < 0.4 {
		file := v.origin + "/static/shop.js"
		events = append(events, record{
			"k": "error", "t": 8000, "n": "TypeError", "m": "Cannot read properties of undefined (reading 'rate')",
			"s": "TypeError: Cannot read properties of undefined (reading 'rate')\n    at estimate (" + file + ":93:51)\n    at HTMLButtonElement.onclick (" + file + ":88:3)",
			"f": file, "l": 93, "c": 51,
		})
	}
	return pageVisit{"/checkout", "Checkout", events}
}
