package admit

import (
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Gate lets requests in, or says why not. It is asked before the body is read, so that a refusal
// costs about a microsecond and no memory that stays.
//
// What it remembers is bounded by its Settings: one bucket per application, one per remembered
// address. Nothing is remembered of keys and origins that were refused. Safe for concurrent use.
type Gate struct {
	keys          keys
	applications  []granted
	open          bool // without applications; applications[0] is then what everybody is granted
	addresses     *addresses
	underway      *underway
	exempt        []netip.Prefix
	maxConcurrent int64
	concurrent    atomic.Int64
}

// granted is an application, ready to be asked.
type granted struct {
	Application
	origins origins
	bucket  *bucket
}

// New checks the settings and returns the gate.
func New(s Settings) (*Gate, error) {
	errs := []error{s.check()}
	g := &Gate{
		maxConcurrent: int64(s.MaxConcurrent), open: len(s.Applications) == 0,
		underway: newUnderway(s.Addresses.MaxConcurrent), exempt: s.Addresses.Exempt,
	}
	fallback, err := newOrigins(s.AllowedOrigins)
	errs = append(errs, err)
	for i, application := range s.Applications {
		if err := g.grant(i, application, fallback); err != nil {
			errs = append(errs, fmt.Errorf("'applications[%d]': %w", i, err))
		}
	}
	if g.open {
		g.applications = []granted{{origins: fallback}}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	g.addresses, err = newAddresses(s.Addresses)
	return g, err
}

func (g *Gate) grant(i int, a Application, fallback origins) error {
	own, err := newOrigins(a.AllowedOrigins)
	if err := errors.Join(g.keys.add(i, a.Keys), err, checkRate("rate_limit", a.Rate, a.Burst)); err != nil {
		return err
	}
	if len(own) == 0 {
		own = fallback
	}
	g.applications = append(g.applications, granted{Application: a, origins: own, bucket: newBucket(a.Rate, a.Burst)})
	return nil
}

// Request is what is known before the body is read.
type Request struct {
	// Key as it was sent, empty if none.
	Key string
	// Origin is the header, empty if there was none.
	Origin string
	// Address of the client, as far as it can be trusted. The zero value is unknown.
	Address netip.Addr
}

// Admission is the right to be served, and the duty to Release.
type Admission struct {
	// Application whose key it was; the zero Application when the endpoint is open. Never nil, not
	// to be changed.
	Application *Application

	gate                 *Gate
	application, address *bucket
	client               netip.Prefix
	exempt               bool
}

// Admit lets the request in or says why not. Cheap comes before dear, and what leaves a trace comes
// last: only who has a right key and origin gets a bucket.
func (g *Gate) Admit(r Request, now time.Time) (Admission, *beacon.Rejection) {
	application, rejection := g.identify(r)
	if rejection != nil {
		return Admission{}, rejection
	}
	if wait := application.bucket.wait(now); wait > 0 {
		return Admission{}, rateLimited("the application has sent more events than its rate allows", wait)
	}
	admission := Admission{
		Application: &application.Application, gate: g, application: application.bucket,
		client: clientOf(r.Address), exempt: g.isExempt(r.Address),
	}
	if !admission.exempt {
		admission.address = g.addresses.bucket(admission.client)
	}
	if wait := admission.address.wait(now); wait > 0 {
		return Admission{}, rateLimited("this address has sent more events than its rate allows", wait)
	}
	if rejection := g.enter(&admission); rejection != nil {
		return Admission{}, rejection
	}
	return admission, nil
}

// enter takes a place among the requests under way.
func (g *Gate) enter(a *Admission) *beacon.Rejection {
	if g.concurrent.Add(1) > g.maxConcurrent {
		g.concurrent.Add(-1)
		return busy("as many requests as are taken at once are under way", g.maxConcurrent)
	}
	if !a.exempt && !g.underway.enter(a.client) {
		g.concurrent.Add(-1)
		return busy("as many requests of this address as are taken at once are under way", int64(g.underway.limit))
	}
	return nil
}

func busy(detail string, limit int64) *beacon.Rejection {
	return &beacon.Rejection{Reason: beacon.ReasonBusy, Detail: detail, Limit: limit, RetryAfter: busyRetryAfter}
}

// isExempt tells whether the limits of addresses leave this one alone.
func (g *Gate) isExempt(address netip.Addr) bool {
	address = address.Unmap().WithZone("")
	for _, network := range g.exempt {
		if network.Contains(address) {
			return true
		}
	}
	return false
}

// busyRetryAfter is long against the milliseconds that a request takes, and the shortest that the
// header can say.
const busyRetryAfter = time.Second

// identify asks for key and origin.
func (g *Gate) identify(r Request) (*granted, *beacon.Rejection) {
	owner := 0
	if !g.open {
		var ok bool
		if owner, ok = g.keys.find(r.Key); !ok {
			return nil, unauthorized(r.Key)
		}
	}
	application := &g.applications[owner]
	if r.Origin == "" {
		if application.RequireOrigin {
			return nil, &beacon.Rejection{Reason: beacon.ReasonOrigin, Detail: "the application takes requests with an Origin header only"}
		}
		return application, nil
	}
	if !application.origins.allow(r.Origin) {
		return nil, &beacon.Rejection{Reason: beacon.ReasonOrigin, Detail: "pages of this origin may not send here"}
	}
	return application, nil
}

func unauthorized(key string) *beacon.Rejection {
	if key == "" {
		return &beacon.Rejection{Reason: beacon.ReasonUnauthorized, Detail: "the request needs an application key"}
	}
	return &beacon.Rejection{Reason: beacon.ReasonUnauthorized, Detail: "the application key is not known"}
}

func rateLimited(detail string, wait time.Duration) *beacon.Rejection {
	return &beacon.Rejection{Reason: beacon.ReasonRateLimited, Detail: detail, RetryAfter: wait}
}

// Charge takes that many events off the allowances of application and address, and at least one,
// because a body of which no event came has cost its reading. It may take more than is left; then
// the next requests wait. Call it once, when the events are counted or known to be none.
func (a *Admission) Charge(events int, now time.Time) {
	events = max(events, 1)
	a.application.charge(events, now)
	a.address.charge(events, now)
}

// Release makes room for another request. More calls do nothing, nor does that of a refusal.
func (a *Admission) Release() {
	if a.gate == nil {
		return
	}
	if !a.exempt {
		a.gate.underway.leave(a.client)
	}
	a.gate.concurrent.Add(-1)
	a.gate = nil
}

// Stats are the sizes of a Gate.
type Stats struct {
	// Addresses is how many client addresses are remembered.
	Addresses int
	// Concurrent is how many requests are between Admit and Release.
	Concurrent int
}

// Stats counts now.
func (g *Gate) Stats() Stats {
	// A request that is being refused as busy counts for a moment.
	concurrent := min(g.concurrent.Load(), g.maxConcurrent)
	return Stats{Addresses: g.addresses.len(), Concurrent: int(concurrent)}
}
