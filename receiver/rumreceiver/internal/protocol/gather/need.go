package gather

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
)

// NeedText reads a member that must be a text, cut to the bound; anything else is noted as a fault.
func (g *Gather) NeedText(r *jsonwalk.Reader, fault *Fault, member string, bound beacon.Bound) string {
	s, ok := r.Str()
	if !ok {
		fault.Note(beacon.ReasonBadEvent, member)
	}
	return g.Cut(s, bound)
}

// NeedID reads a member that must be an id, a text or a number; anything else is noted as a fault.
func (g *Gather) NeedID(r *jsonwalk.Reader, fault *Fault, member string) string {
	s, ok := r.ID()
	if !ok {
		fault.Note(beacon.ReasonBadEvent, member)
	}
	return g.Cut(s, beacon.BoundString)
}

// NeedTags reads a member that must be tags into the places of others; anything else is noted as a fault.
func (g *Gather) NeedTags(r *jsonwalk.Reader, fault *Fault, member string, tags []beacon.Tag) []beacon.Tag {
	tags, ok := Tags(r, tags, &g.Limits, &g.Trims)
	if !ok {
		fault.Note(beacon.ReasonBadEvent, member)
	}
	return tags
}
