package gather

import (
	"slices"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
)

// Page finds or makes the page of an event. It is for formats in which each event has page, session, user and tags, and that
// have no event for the start of a session. ok is false when there are too many pages. Page.Tags are copied.
func (g *Gather) Page(page beacon.Page) (index int, ok bool) {
	b := &g.Beacon
	for i := len(b.Pages) - 1; i >= 0; i-- {
		p := &b.Pages[i]
		if p.ID == page.ID && p.URL == page.URL && p.SessionID == page.SessionID && p.UserID == page.UserID && slices.Equal(p.Tags, page.Tags) {
			return i, true
		}
	}
	if len(b.Pages) >= g.Limits.MaxPages {
		return 0, false
	}
	page.SessionImplicit = true
	page.Tags = g.Tags(page.Tags)
	b.Pages = append(b.Pages, page)
	return len(b.Pages) - 1, true
}

// Tags appends the members of an object to tags, each key once. Numbers and bools become text, because people use them as
// tags; anything else is left out.
func Tags(r *jsonwalk.Reader, tags []beacon.Tag, limits *beacon.Limits, trims *beacon.Trims) (_ []beacon.Tag, ok bool) {
	entered, ok := r.Open('{')
	for entered && r.More('}') {
		key := r.Name()
		value, isText := scalarText(r)
		if isText {
			tags = AddTag(tags, key, value, limits, trims)
		} else {
			trims.Add(beacon.BoundValueType)
		}
	}
	return tags, ok
}

// AddTag appends a tag, or replaces the tag with that key, if the bounds allow it.
func AddTag(tags []beacon.Tag, key, value string, limits *beacon.Limits, trims *beacon.Trims) []beacon.Tag {
	key = trims.Cut(key, limits, beacon.BoundString)
	value = trims.Cut(value, limits, beacon.BoundString)
	for i := range tags {
		if tags[i].Key == key {
			tags[i].Value = value
			return tags
		}
	}
	if len(tags) >= limits.MaxAttributes {
		trims.Add(beacon.BoundAttributes)
		return tags
	}
	return append(tags, beacon.Tag{Key: key, Value: value})
}

func scalarText(r *jsonwalk.Reader) (string, bool) {
	switch r.Kind() {
	case '"':
		return r.Str()
	case '0', 't', 'f':
		return r.Raw(), r.Rejection() == nil
	default:
		r.Skip()
		return "", false
	}
}
