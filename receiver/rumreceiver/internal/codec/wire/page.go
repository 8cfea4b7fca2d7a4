package wire

import (
	"slices"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// PageOf finds or makes the page of an event in a format whose events each tell page, session, user and tags, and
// that has no event for the start of a session. ok is false when there are too many pages. Page.Tags are copied.
func PageOf(b *beacon.Beacon, limits *beacon.Limits, page beacon.Page) (index int, ok bool) {
	for i := len(b.Pages) - 1; i >= 0; i-- {
		p := &b.Pages[i]
		if p.URL == page.URL && p.SessionID == page.SessionID && p.UserID == page.UserID && slices.Equal(p.Tags, page.Tags) {
			return i, true
		}
	}
	if len(b.Pages) >= limits.MaxPages {
		return 0, false
	}
	page.SessionImplicit, page.Tags = true, slices.Clone(page.Tags)
	b.Pages = append(b.Pages, page)
	return len(b.Pages) - 1, true
}

// Tags appends the members of an object to tags, each key once. Numbers and bools become text,
// for that is what people put there; anything else is left out.
func Tags(r *Reader, tags []beacon.Tag, limits *beacon.Limits, trims *beacon.Trims) (_ []beacon.Tag, ok bool) {
	entered, ok := r.Open('{')
	for entered && r.More('}') {
		key := trims.Cut(r.Name(), limits, beacon.BoundString)
		text, isText := scalarText(r)
		value := trims.Cut(text, limits, beacon.BoundString)
		same := slices.IndexFunc(tags, func(t beacon.Tag) bool { return t.Key == key })
		switch {
		case !isText:
			trims.Add(beacon.BoundValueType)
		case same >= 0:
			tags[same].Value = value
		case len(tags) < limits.MaxAttributes:
			tags = append(tags, beacon.Tag{Key: key, Value: value})
		default:
			trims.Add(beacon.BoundAttributes)
		}
	}
	return tags, ok
}

func scalarText(r *Reader) (string, bool) {
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
