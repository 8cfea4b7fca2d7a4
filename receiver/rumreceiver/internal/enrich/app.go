package enrich

import (
	"slices"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// nameApp fills what the beacon does not say of its application from the tags that clients commonly
// set, and removes tags that only repeat it. An array of events is one application's: the first
// page that has a tag decides.
func nameApp(b *beacon.Beacon) {
	for i := range b.Pages {
		for _, tag := range b.Pages[i].Tags {
			if field := appField(&b.App, tag.Key); field != nil && *field == "" {
				*field = tag.Value
			}
		}
	}
	for i := range b.Pages {
		page := &b.Pages[i]
		repeats := func(tag beacon.Tag) bool {
			field := appField(&b.App, tag.Key)
			return field != nil && *field == tag.Value
		}
		if slices.ContainsFunc(page.Tags, repeats) {
			// A copy: pages of one batch share their tags.
			page.Tags = slices.DeleteFunc(slices.Clone(page.Tags), repeats)
		}
	}
}

func appField(app *beacon.App, tag string) *string {
	switch tag {
	case "app", "service":
		return &app.Name
	case "version":
		return &app.Version
	case "env", "environment":
		return &app.Environment
	}
	return nil
}
