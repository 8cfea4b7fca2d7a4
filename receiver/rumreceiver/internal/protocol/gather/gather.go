// Package gather has the steps from an element of a body to an event that the decoders of all wire formats share: bounds,
// refusals, indexes, cuts, pages, and the bag of an event's further members.
package gather

import (
	"bytes"
	"slices"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
)

// Gather makes beacons of the elements of one body. For each element a decoder calls Begin, and if there is room, one
// of Take, Refuse and LeaveOut; Also adds further events. It keeps the data of the element until then. Not safe for
// concurrent use; do not copy it after Start.
type Gather struct {
	*beacon.Storage
	Bag Bag

	Limits beacon.Limits
	// Trims counts the cuts of the body.
	Trims beacon.Trims
	// Beacon is the current one. Its context may be filled at any time.
	Beacon beacon.Beacon

	done    []beacon.Beacon // those of the applications before
	made    int             // events, of all applications
	index   int             // of the element at hand
	before  beacon.Trims    // when it began
	refused []beacon.Refusal
	leftOut int
}

// Start prepares for a body.
func (g *Gather) Start(limits beacon.Limits) {
	g.Limits, g.Storage = limits, beacon.NewStorage()
	g.Bag.limits, g.Bag.trims, g.Bag.storage = &g.Limits, &g.Trims, g.Storage
	g.Beacon.Pages = g.Pages()
}

// Recycled is a Gather for another body, before Start: only its memory is used again. It is for decoders in a pool.
func (g *Gather) Recycled() Gather { return Gather{Bag: g.Bag.recycled()} }

// NextApplication begins a new beacon for the following elements; a current beacon without events is reused.
func (g *Gather) NextApplication() {
	if len(g.Beacon.Events) > 0 {
		g.done = append(g.done, g.Beacon)
	}
	g.Beacon = beacon.Beacon{}
}

// Application switches to the beacon of an application, for formats in which each element names its application.
func (g *Gather) Application(app beacon.App) {
	if g.Beacon.App == app {
		return
	}
	if len(g.Beacon.Events) == 0 && len(g.Beacon.Pages) == 0 { // pages may wait for events that are placed later
		g.Beacon.App = app
	}
	place := slices.IndexFunc(g.done, func(b beacon.Beacon) bool { return b.App == app })
	switch {
	case g.Beacon.App == app:
	case place >= 0:
		g.Beacon, g.done[place] = g.done[place], g.Beacon
	default:
		next := g.Beacon
		next.App, next.Pages, next.Events, next.Lost = app, nil, nil, nil
		g.done = append(g.done, g.Beacon)
		g.Beacon = next
	}
}

// Begin begins an element. Past the bound it refuses the element and returns false; then the decoder must skip it.
func (g *Gather) Begin() bool {
	if g.index >= g.Limits.MaxEvents || g.made >= g.Limits.MaxEvents {
		g.Refuse(Fault{Reason: beacon.ReasonTooManyEvents})
		return false
	}
	g.before = g.Trims
	g.Bag.Reset()
	return true
}

// BeginObject begins an element that is the next value of r and must be an object. If it is none, or past the bound, it is
// refused and skipped, and BeginObject returns false.
func (g *Gather) BeginObject(r *jsonwalk.Reader) bool {
	if !g.Begin() {
		r.Skip()
		return false
	}
	if r.Kind() != '{' {
		r.Skip()
		g.Refuse(Fault{Reason: beacon.ReasonBadEvent})
		return false
	}
	return true
}

// Take makes an event of the element, and ends the element. The page of the event must be a page of the beacon.
func (g *Gather) Take(event beacon.Event) {
	event.Count = 1
	g.add(&event)
	g.index++
}

// Also makes another event of the element that is taken next.
func (g *Gather) Also(event beacon.Event) {
	g.add(&event)
	g.Bag.Reset()
}

func (g *Gather) add(event *beacon.Event) {
	event.Index, event.Trimmed = g.index, g.Trims.Since(&g.before)
	event.Attributes = g.Bag.Free()
	g.made++
	g.Beacon.Events = append(g.Beacon.Events, *event)
}

// Joined counts the element as a part of an earlier event.
func (g *Gather) Joined(event *beacon.Event) {
	event.Count++
	event.Trimmed |= g.Trims.Since(&g.before)
	g.index++
}

// Refuse refuses and ends the element.
func (g *Gather) Refuse(fault Fault) {
	g.refused = beacon.AppendRefusal(g.refused, g.index, fault.Reason, fault.Field)
	g.index++
}

// Fits reports whether that many further events are allowed.
func (g *Gather) Fits(events int) bool { return g.made+events <= g.Limits.MaxEvents }

// Hold ends an element without an event. Place makes its events later, when other elements have added data.
func (g *Gather) Hold() (index int, trimmed beacon.Bounds) {
	g.index++
	return g.index - 1, g.Trims.Since(&g.before)
}

// Place makes an event of held elements. The event has their index and their number.
func (g *Gather) Place(event beacon.Event) {
	g.Beacon.Events = append(g.Beacon.Events, event)
	g.made++
}

// RefuseEvent refuses an event that was already taken.
func (g *Gather) RefuseEvent(event *beacon.Event, fault Fault) {
	g.refused = beacon.AppendRefusal(g.refused, event.Index, fault.Reason, fault.Field)
}

// LeaveOut ends a valid element that is not part of a visit.
func (g *Gather) LeaveOut() { g.leftOut++ }

// Beacons returns the beacons of the body, at least one. The Gather must not be used afterwards.
func (g *Gather) Beacons(repaired bool) []beacon.Beacon {
	beacons := g.done
	switch {
	case len(beacons) == 0:
		beacons = g.Storage.Beacon(g.Beacon)
	case len(g.Beacon.Events) > 0:
		beacons = append(beacons, g.Beacon)
	}
	b := &beacons[0]
	b.Refused, b.Trims, b.LeftOut, b.Repaired = g.refused, g.Trims, g.leftOut, repaired
	g.KeepPages(b.Pages)
	g.Keep(b.Events)
	b.Storage = g.Storage
	return beacons
}

// Text reads a text, cut to the bound. A number or a bool becomes text, because SDKs send configured values as they are:
// `version: 3`. Any other value is empty.
func (g *Gather) Text(r *jsonwalk.Reader, bound beacon.Bound) string {
	s, _ := scalarText(r)
	return g.Cut(s, bound)
}

// Texts reads the value of a member into the place that follows its name in places, and skips members that are not in places.
func (g *Gather) Texts(r *jsonwalk.Reader, member string, places ...any) {
	for i := 0; i < len(places); i += 2 {
		if places[i] == member {
			*places[i+1].(*string) = g.Text(r, beacon.BoundString)
			return
		}
	}
	r.Skip()
}

// Cut shortens a text to the bound, and counts it.
func (g *Gather) Cut(s string, bound beacon.Bound) string { return g.Trims.Cut(s, &g.Limits, bound) }

// RejectEmpty returns a *beacon.Rejection if the body has only white space.
func RejectEmpty(body []byte) error {
	if len(bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\uFEFF")), " \t\r\n")) == 0 {
		return &beacon.Rejection{Reason: beacon.ReasonEmptyBody, Detail: "the body is empty"}
	}
	return nil
}

// Room allocates the events that the rest of the body may have, if each takes that many bytes, so that most batches need one
// slice. At most MaxEventsGuess, because a stranger chooses the size of the body.
func (g *Gather) Room(r *jsonwalk.Reader, size int) {
	if g.Beacon.Events == nil {
		g.Beacon.Events = g.Events(min(1+r.Remaining()/size, MaxEventsGuess))
	}
}

// MaxEventsGuess is more events than most batches have.
const MaxEventsGuess = 16
