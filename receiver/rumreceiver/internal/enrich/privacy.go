package enrich

import (
	"slices"
	"unicode/utf8"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/scrub"
)

// scrubber scrubs the members of a beacon.
type scrubber struct{ *scrub.Scrubber }

// beacon scrubs every string of the beacon in which a page or its application may have put a secret.
//
// From ids, only control characters are removed, because a changed id would mean something else: ids of session, page view and
// measurement, which SDKs make at random, and that of the user, which userIDs treats. The id of the batch is not emitted.
func (s *scrubber) beacon(b *beacon.Beacon) {
	for _, text := range []*string{
		&b.App.Name, &b.App.Version, &b.App.Environment, &b.App.Namespace, &b.SDK.Name, &b.SDK.Version,
		&b.Language, &b.Connection.Type, &b.Connection.EffectiveType,
	} {
		*text = s.Text(*text)
	}
	b.Attributes = s.attributes(b.Attributes)
	for i := range b.Lost {
		b.Lost[i].Reason = s.Text(b.Lost[i].Reason)
	}
	var before, after []beacon.Tag // pages of one batch share their tags
	for i := range b.Pages {
		page := &b.Pages[i]
		page.URL, page.Referrer = s.URL(page.URL), s.URL(page.Referrer)
		page.Title, page.Type = s.Text(page.Title), s.Text(page.Type)
		if page.Route = scrub.TrimHash(page.Route); plainTemplate(page.Route) { // other routes are not used
			page.Route = s.Route(page.Route)
		}
		page.SessionID, page.ID, page.UserID = scrub.Clean(page.SessionID), scrub.Clean(page.ID), scrub.Clean(page.UserID)
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

// tags are the scrubbed tags: the same slice if nothing was removed. If names become equal, the first tag stays.
func (s *scrubber) tags(tags []beacon.Tag) []beacon.Tag {
	owned := false
	for i := 0; i < len(tags); i++ {
		key, value := s.Text(tags[i].Key), s.Value(tags[i].Key, tags[i].Value)
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

// ID removes characters that no id has.
func (s *scrubber) ID(id string) string { return scrub.Clean(id) }

func (s *scrubber) event(event *beacon.Event) {
	event.Payload.Scrub(s)
	if event.Log != nil {
		s.attribute(&event.Log.Body)
		event.Log.SeverityText = s.Text(event.Log.SeverityText)
	}
	event.Attributes = s.attributes(event.Attributes)
}

// attributes scrubs them in place. If names become equal, the first attribute stays.
func (s *scrubber) attributes(list []beacon.Attribute) []beacon.Attribute {
	for i := 0; i < len(list); i++ {
		a := &list[i]
		key := s.Text(a.Key)
		if key != a.Key && key != "" && slices.ContainsFunc(list, func(other beacon.Attribute) bool { return other.Key == key }) {
			list = slices.Delete(list, i, i+1)
			i--
			continue
		}
		s.attribute(a)
		a.Key = key
	}
	return list
}

// attribute scrubs the value, using its name.
func (s *scrubber) attribute(a *beacon.Attribute) {
	switch isSecret := scrub.IsSecretName(a.Key); {
	case a.Type == beacon.StringValue, a.Type == beacon.BytesValue && utf8.ValidString(a.String):
		a.String = s.Value(a.Key, a.String)
	case isSecret && a.Type != beacon.BoolValue:
		*a = beacon.Attribute{Key: a.Key, String: scrub.Secret}
	case a.Type == beacon.NumberValue && scrub.IsCardNumber(a.Number), a.Type == beacon.IntValue && scrub.IsCardNumber(float64(a.Int)):
		*a = beacon.Attribute{Key: a.Key, String: scrub.Card}
	default:
		a.Items = s.attributes(a.Items)
	}
}
