package admit

import (
	"errors"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// Gate admits requests, or returns why not, in three steps: Admit before the body is read, so that a refusal costs
// about a microsecond and no lasting memory; Enter when the body has arrived, so that waiting requests occupy no
// place; Settle when the cost of the body is known, before any of it is accepted.
//
// Its memory is bounded by its Settings: one bucket per application, one per remembered address. It keeps nothing
// about refused keys and origins. Safe for concurrent use.
type Gate struct {
	keys          keys
	applications  []granted
	open          bool // without applications; applications[0] is then what everybody is granted
	addresses     *addresses
	underway      *underway
	arriving      *arriving
	exempt        []netip.Prefix
	maxConcurrent int64
	concurrent    atomic.Int64
	maxWork       int64
	work          atomic.Int64 // bytes
}

// granted is a compiled application.
type granted struct {
	Application
	origins origins
	bucket  *bucket
}

// New validates the settings and returns the gate.
func New(s Settings) (*Gate, error) {
	errs := []error{s.check()}
	g := &Gate{
		maxConcurrent: int64(s.MaxConcurrent), maxWork: s.MaxWork, open: len(s.Applications) == 0,
		underway: newUnderway(s.Addresses.MaxConcurrent), exempt: s.Addresses.Exempt,
		arriving: newArriving(s.MaxArriving, s.MaxArrivingBytes),
	}
	fallback, err := newOrigins("cors::allowed_origins", s.AllowedOrigins)
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
	own, err := newOrigins("allowed_origins", a.AllowedOrigins)
	if err := errors.Join(g.keys.add(i, a.Keys), err, checkRate("rate_limit", a.Rate, a.Burst)); err != nil {
		return err
	}
	if len(own) == 0 {
		own = fallback
	}
	g.applications = append(g.applications, granted{Application: a, origins: own, bucket: newBucket(a.Rate, a.Burst)})
	return nil
}

// Request is the data that is known before the body is read.
type Request struct {
	// Key as it was sent, empty if none.
	Key string
	// Origin is the header, empty if there was none.
	Origin string
	// Address of the client, from trusted sources only. The zero value means unknown.
	Address netip.Addr
	// Unvouched is true if many clients may share the address, or if it may be forged. Then it has the limits of one
	// client, in any network.
	Unvouched bool
}

// Admission is an admitted request. Release it after use. Not safe for concurrent use.
type Admission struct {
	// Application whose key it was; the zero Application when the endpoint is open. Never nil, not
	// to be changed.
	Application *Application

	gate                 *Gate
	application, address *bucket
	weight               *bucket // what the address may claim
	weighed              float64 // of it, by this request
	client               netip.Prefix
	exempt               bool
	body                 *body   // while it arrives
	placed               bool    // among those that are served
	held                 float64 // tokens of each bucket
	settled              Cost
	work                 int64 // bytes that are worked on
}

// Admit admits the request or returns why not. Cheap checks run before expensive ones, and checks that need memory
// run last: only a request with a valid key and origin gets a bucket.
func (g *Gate) Admit(r Request, now time.Time) (Admission, *beacon.Rejection) {
	application, rejection := g.identify(r)
	if rejection != nil {
		return Admission{}, rejection
	}
	if wait := application.bucket.wait(now); wait > 0 {
		return Admission{}, rateLimited(applicationLimited, wait)
	}
	admission := Admission{
		Application: &application.Application, gate: g, application: application.bucket,
		client: Client(r.Address), exempt: !r.Unvouched && g.isExempt(r.Address),
	}
	if !admission.exempt {
		own := g.addresses.of(admission.client)
		admission.address, admission.weight = own.events, own.weight
	}
	if wait := admission.address.wait(now); wait > 0 {
		return Admission{}, rateLimited(addressLimited, wait)
	}
	if !admission.exempt && !g.underway.enter(admission.client) {
		return Admission{}, g.crowded()
	}
	return admission, nil
}

func (g *Gate) crowded() *beacon.Rejection {
	return busy("this address has too many concurrent requests", int64(g.underway.limit))
}

// Peek registers a request of which the beginning of the body is awaited, because its key stands there: the bounds of Admit and Await
// apply to strangers, too. cut is as in Await, and never called after end, which must be called before Admit.
func (g *Gate) Peek(r Request, cut func()) (end func(), rejection *beacon.Rejection) {
	client, exempt := Client(r.Address), !r.Unvouched && g.isExempt(r.Address)
	if !exempt && !g.underway.enter(client) {
		return nil, g.crowded()
	}
	b := g.arriving.begin(cut)
	return func() {
		g.arriving.end(b)
		if !exempt {
			g.underway.leave(client)
		}
	}, nil
}

// Await registers that the body is awaited. cut is called, at most once and never after Enter or Release, if too many
// bodies are awaited and this one has waited longest; it must not block. Call it once, after Admit.
func (a *Admission) Await(cut func()) { a.body = a.gate.arriving.begin(cut) }

// Received reports the current memory of the awaited body.
func (a *Admission) Received(bytes int) { a.gate.arriving.received(a.body, int64(bytes)) }

// arrived ends the wait.
func (a *Admission) arrived() {
	if a.body != nil {
		a.gate.arriving.end(a.body)
		a.body = nil
	}
}

// Enter takes a place for a body of that many bytes that has arrived, and reserves the cost of reading it. After a
// rejection, Release must still be called.
func (a *Admission) Enter(bytes int64, now time.Time) *beacon.Rejection {
	a.arrived()
	if a.gate.concurrent.Add(1) > a.gate.maxConcurrent {
		a.gate.concurrent.Add(-1)
		return busy("there are too many concurrent requests", a.gate.maxConcurrent)
	}
	a.placed = true
	if rejection := a.worksOn(bytes); rejection != nil {
		return rejection
	}
	held := Cost{Bytes: bytes}.tokens()
	if wait := a.application.hold(held, now); wait > 0 {
		return rateLimited(applicationLimited, wait)
	}
	if wait := a.address.hold(held, now); wait > 0 {
		a.application.settle(held, 0, now) // nothing was read
		return rateLimited(addressLimited, wait)
	}
	a.held = held
	return nil
}

// worksOn reports the current memory of body or records.
func (a *Admission) worksOn(bytes int64) *beacon.Rejection {
	more := bytes - a.work
	if a.gate.work.Add(more) > a.gate.maxWork && more > 0 {
		a.gate.work.Add(-more)
		return busy("too much data is being processed at once", a.gate.maxWork)
	}
	a.work = bytes
	return nil
}

// Settle charges the cost of the request to application and address, before any of it is accepted. If others have
// spent the allowance since Enter, it returns a rejection and nothing may be accepted; the cost of reading is still
// charged. Call it once, after Enter.
func (a *Admission) Settle(cost Cost, now time.Time) *beacon.Rejection {
	held, tokens := a.held, cost.tokens()
	a.held = 0
	if rejection := a.worksOn(cost.Records); rejection != nil {
		a.application.settle(held, Cost{Bytes: cost.Bytes}.tokens(), now) // nothing is accepted, but it was read
		a.address.settle(held, Cost{Bytes: cost.Bytes}.tokens(), now)
		return rejection
	}
	if wait := a.address.settle(held, tokens, now); wait > 0 {
		a.application.drop(held)
		return rateLimited(addressLimited, wait)
	}
	if wait := a.application.settle(held, tokens, now); wait > 0 {
		a.address.restore(tokens - held)
		return rateLimited(applicationLimited, wait)
	}
	a.settled = cost
	return nil
}

// Looked charges the cost that was not yet known in Settle; it delays later requests: see Cost. Call it once, after a
// Settle that accepted.
func (a *Admission) Looked(bytes int64, now time.Time) {
	cost := a.settled
	cost.Looked = bytes
	if more := cost.tokens() - a.settled.tokens(); more > 0 {
		a.address.owe(more, now)
		a.application.owe(more, now)
	}
}

// Weigh returns how much of the claimed additional weight of the events is accepted from the address. Call it after
// Settle.
func (a *Admission) Weigh(claimed float64, now time.Time) (believed float64) {
	believed = a.weight.take(claimed, now)
	a.weighed += believed
	return believed
}

// Unweigh gives back what was accepted by Weigh, because nothing of the request was taken: a client repeats it, and would use up
// the weight of what it sends next.
func (a *Admission) Unweigh() {
	a.weight.restore(a.weighed)
	a.weighed = 0
}

// Release makes room for another request. Further calls, and the call for a refusal, do nothing.
func (a *Admission) Release() {
	if a.gate == nil {
		return
	}
	a.arrived()
	if a.held > 0 {
		a.application.drop(a.held)
		a.address.drop(a.held)
	}
	if !a.exempt {
		a.gate.underway.leave(a.client)
	}
	if a.placed {
		a.gate.concurrent.Add(-1)
	}
	a.gate.work.Add(-a.work)
	a.gate = nil
}

func busy(detail string, limit int64) *beacon.Rejection {
	return &beacon.Rejection{Reason: beacon.ReasonBusy, Detail: detail, Limit: limit, RetryAfter: busyRetryAfter}
}

// isExempt reports whether the address has no limits.
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

// identify checks key and origin.
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
			return nil, &beacon.Rejection{Reason: beacon.ReasonOrigin, Detail: "the application accepts only requests with an Origin header"}
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

const (
	applicationLimited = "the application has sent more events than its rate allows"
	addressLimited     = "this address has sent more events than its rate allows"
)

func rateLimited(detail string, wait time.Duration) *beacon.Rejection {
	return &beacon.Rejection{Reason: beacon.ReasonRateLimited, Detail: detail, RetryAfter: wait}
}

// Stats are the sizes of a Gate.
type Stats struct {
	// Addresses is how many client addresses are remembered.
	Addresses int
	// Concurrent is how many requests are between Enter and Release.
	Concurrent int
	// Arriving is how many bodies are on their way.
	Arriving int
	// Work is how many bytes of bodies and records are between Enter and Release.
	Work int64
}

// Stats counts now.
func (g *Gate) Stats() Stats {
	// A request that is being refused as busy counts for a moment.
	concurrent := min(g.concurrent.Load(), g.maxConcurrent)
	return Stats{Addresses: g.addresses.len(), Concurrent: int(concurrent), Arriving: g.arriving.len(), Work: g.work.Load()}
}
