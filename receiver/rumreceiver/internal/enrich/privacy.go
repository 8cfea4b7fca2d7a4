package enrich

import (
	"slices"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// beacon cleans every string of the beacon that a page or its application may have put a secret in.
//
// Ids stay as they are, for a changed one means another thing: those of batch, session, page view and
// measurement, which SDKs make by chance, and the user's, which userIDs settles.
func (s *scrubber) beacon(b *beacon.Beacon) {
	for _, text := range []*string{
		&b.App.Name, &b.App.Version, &b.App.Environment, &b.SDK.Name, &b.SDK.Version,
		&b.Language, &b.Connection.Type, &b.Connection.EffectiveType,
	} {
		*text = s.text(*text)
	}
	for i := range b.Lost {
		b.Lost[i].Reason = s.text(b.Lost[i].Reason)
	}
	var before, after []beacon.Tag // pages of one batch share their tags
	for i := range b.Pages {
		page := &b.Pages[i]
		page.URL, page.Referrer = s.url(page.URL), s.url(page.Referrer)
		page.Title, page.Type, page.Route = s.text(page.Title), s.text(page.Type), redact(page.Route)
		if !sameTags(page.Tags, before) {
			before, after = page.Tags, s.tags(page.Tags)
		}
		page.Tags = after
	}
	for i := range b.Events {
		s.event(&b.Events[i])
	}
}

func sameTags(a, b []beacon.Tag) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// tags are the cleaned tags: the same slice if nothing had to be cleaned. Of names that become equal
// by it, the first stays.
func (s *scrubber) tags(tags []beacon.Tag) []beacon.Tag {
	owned := false
	for i := 0; i < len(tags); i++ {
		key, value := s.text(tags[i].Key), s.value(tags[i].Key, tags[i].Value)
		if key == tags[i].Key && value == tags[i].Value {
			continue
		}
		if !owned {
			tags, owned = slices.Clone(tags), true
		}
		if key != tags[i].Key && slices.ContainsFunc(tags, func(t beacon.Tag) bool { return t.Key == key }) {
			tags = slices.Delete(tags, i, i+1)
			i--
			continue
		}
		tags[i] = beacon.Tag{Key: key, Value: value}
	}
	return tags
}

// value cleans a value, knowing what it is called.
func (s *scrubber) value(key, value string) string {
	if isSecretName(key) && !isNothing(value) {
		return redactedSecret
	}
	return s.text(value)
}

func (s *scrubber) event(event *beacon.Event) {
	switch event.Kind {
	case beacon.KindVital: // a closed set of names
	case beacon.KindResource:
		event.Name = s.url(event.Name)
	default:
		event.Name = s.text(event.Name)
	}
	event.Unit, event.NavigationType = s.text(event.Unit), s.text(event.NavigationType)
	if e := event.Error; e != nil {
		e.File = s.url(e.File)
		e.Message, e.Stack, e.Source = s.text(e.Message), s.text(e.Stack), s.text(e.Source)
	}
	if r := event.Resource; r != nil {
		r.InitiatorType, r.Method, r.ErrorType = s.text(r.InitiatorType), s.text(r.Method), s.text(r.ErrorType)
	}
	if e := event.Element; e != nil {
		e.Selector, e.Tag = s.text(e.Selector), s.text(e.Tag)
	}
	event.Attributes = s.attributes(event.Attributes)
}

// attributes cleans them in place. Of names that become equal by it, the first stays.
func (s *scrubber) attributes(list []beacon.Attribute) []beacon.Attribute {
	for i := 0; i < len(list); i++ {
		a := &list[i]
		key := s.text(a.Key)
		if key != a.Key && slices.ContainsFunc(list, func(other beacon.Attribute) bool { return other.Key == key }) {
			list = slices.Delete(list, i, i+1)
			i--
			continue
		}
		switch {
		case a.Type == beacon.StringValue:
			a.String = s.value(a.Key, a.String)
		case a.Type == beacon.NumberValue && isSecretName(a.Key):
			*a = beacon.Attribute{String: redactedSecret}
		case a.Type == beacon.NumberValue && isCardNumber(a.Number):
			*a = beacon.Attribute{String: redactedCard}
		}
		a.Key = key
	}
	return list
}
