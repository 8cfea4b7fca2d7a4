package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"time"
)

// How many made-up visitors come: a crowd at first, so that there is something to see at once, then
// some each second.
const (
	firstVisitors  = 120
	visitorPause   = 400 * time.Millisecond
	trafficTimeout = 5 * time.Second
	// newVersionFrom is the visitor with whom version 1.1.0 is out: two in three get it from then on.
	newVersionFrom = 40
)

// traffic plays visitors of the shop, so that the live page has a story to tell: version 1.1.0 has a
// heavier picture on the home page, which hurts slow phones, and an error in the checkout. It sends
// what the client would have sent. Not safe for concurrent use.
type traffic struct {
	receiver, origin string // URLs
	random           *rand.Rand
	client           *http.Client
	visitors         int
}

func newTraffic(o options, seed uint64) *traffic {
	return &traffic{
		receiver: "http://" + o.rum + "/v1/rum", origin: "http://" + o.shop,
		random: rand.New(rand.NewPCG(seed, 1)),
		client: &http.Client{Timeout: trafficTimeout},
	}
}

// run plays visitors until ctx ends.
func (t *traffic) run(ctx context.Context) error {
	pause := time.NewTicker(visitorPause)
	defer pause.Stop()
	for {
		if err := t.visit(ctx, time.Now()); err != nil && ctx.Err() == nil {
			return fmt.Errorf("play a visitor: %w", err)
		}
		if t.visitors < firstVisitors && ctx.Err() == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
	}
}

// visit plays one visitor, who has just left the shop.
func (t *traffic) visit(ctx context.Context, now time.Time) error {
	t.visitors++
	v := t.visitor()
	pages := []pageVisit{v.home(), v.product()}
	if t.random.Float64() < 0.6 {
		pages = append(pages, v.checkout())
	}
	t0 := now.Add(-time.Duration(len(pages)) * stay)
	for i, p := range pages {
		b := v.batch(i, p, t0.Add(time.Duration(i)*stay), now)
		if err := t.post(ctx, v, b); err != nil {
			return err
		}
	}
	return nil
}

func (t *traffic) post(ctx context.Context, v visitor, batch any) error {
	body, err := json.Marshal(batch)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.receiver, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Origin", t.origin)
	request.Header.Set("User-Agent", v.agent)
	// As a CDN in front would say. Visitors of one address would share its limit.
	request.Header.Set("CF-IPCountry", v.country)
	request.Header.Set("X-Forwarded-For", v.address)
	response, err := t.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
	switch response.StatusCode {
	case http.StatusOK, http.StatusTooManyRequests, http.StatusServiceUnavailable: // the last two: less traffic, no failure
		return nil
	default:
		return fmt.Errorf("%s: %s", response.Status, answer)
	}
}

// visitor chooses who comes next.
func (t *traffic) visitor() visitor {
	kinds := []kind{ // how many of ten, how slow their network and their processor are
		{agents[0], "3g", 2.6, 3.4}, {agents[0], "3g", 2.6, 3.4}, {agents[0], "4g", 1.4, 2.2}, {agents[1], "4g", 1.3, 1.2},
		{agents[1], "4g", 1.3, 1.2}, {agents[2], "4g", 1, 1}, {agents[2], "4g", 1, 1}, {agents[2], "4g", 1, 1}, {agents[3], "4g", 1, 1.1}, {agents[3], "4g", 1, 1.1},
	}
	v := visitor{kind: kinds[t.random.IntN(len(kinds))], version: "1.0.0", origin: t.origin, random: t.random}
	if t.visitors >= newVersionFrom && t.random.Float64() < 2.0/3 {
		v.version = "1.1.0"
	}
	from := near
	if v.network > 2 {
		from = far
	}
	v.country = from[t.random.IntN(len(from))]
	v.address = fmt.Sprintf("203.0.113.%d", t.random.IntN(256)) // a network for examples (RFC 5737)
	v.session = fmt.Sprintf("%016x%016x", t.random.Uint64(), t.random.Uint64())
	return v
}

// around is a value near the middle, at times far above it, as times on the web are (lognormal).
func around(random *rand.Rand, middle, spread float64) float64 {
	return math.Round(10*middle*math.Exp(spread*random.NormFloat64())) / 10
}
