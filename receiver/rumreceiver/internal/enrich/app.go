package enrich

import (
	"slices"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// nameApp completes the application of the beacon from common tags, and removes tags that only repeat it. All pages of a beacon
// are of one application: the first page with such a tag decides.
func nameApp(b *beacon.Beacon) {
	for i := range b.Pages {
		for _, tag := range b.Pages[i].Tags {
			if field := b.App.ByTag(tag.Key); field != nil && *field == "" {
				*field = tag.Value
			}
		}
	}
	for i := range b.Pages {
		page := &b.Pages[i]
		repeats := func(tag beacon.Tag) bool {
			field := b.App.ByTag(tag.Key)
			return field != nil && *field == tag.Value
		}
		if slices.ContainsFunc(page.Tags, repeats) {
			// A copy: pages of one batch share their tags.
			page.Tags = slices.DeleteFunc(slices.Clone(page.Tags), repeats)
		}
	}
}
