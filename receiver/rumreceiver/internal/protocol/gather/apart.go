package gather

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// Apart splits a beacon whose pages name different applications, versions or environments in their tags, because a
// beacon has only one. Pages that name none belong to the first that is named; counts of the whole body stay with the
// first beacon. Formats whose events each have tags need it.
func Apart(beacons []beacon.Beacon) []beacon.Beacon {
	if len(beacons) != 1 || !namesSeveral(beacons[0].Pages) {
		return beacons
	}
	whole := beacons[0]
	parts := make([]beacon.Beacon, 0, 2)
	place := map[beacon.App]int{}
	first := firstNamed(whole.Pages)
	moved := make([]struct{ part, page int }, len(whole.Pages))
	for i := range whole.Pages {
		app := beacon.AppOf(whole.Pages[i].Tags)
		if app == (beacon.App{}) {
			app = first
		}
		at, ok := place[app]
		if !ok {
			at = len(parts)
			place[app] = at
			part := whole
			part.Pages, part.Events = nil, nil
			if at > 0 {
				part.Lost, part.LeftOut, part.Refused, part.Trims, part.Repaired = nil, 0, nil, beacon.Trims{}, false
				part.Storage = nil
			}
			parts = append(parts, part)
		}
		moved[i].part, moved[i].page = at, len(parts[at].Pages)
		parts[at].Pages = append(parts[at].Pages, whole.Pages[i])
	}
	for _, event := range whole.Events {
		to := moved[event.Page]
		event.Page = to.page
		parts[to.part].Events = append(parts[to.part].Events, event)
	}
	return parts
}

func namesSeveral(pages []beacon.Page) bool {
	if len(pages) < 2 {
		return false
	}
	first := firstNamed(pages)
	for i := range pages {
		if app := beacon.AppOf(pages[i].Tags); app != first && app != (beacon.App{}) {
			return true
		}
	}
	return false
}

func firstNamed(pages []beacon.Page) (app beacon.App) {
	for i := range pages {
		if app = beacon.AppOf(pages[i].Tags); app != (beacon.App{}) {
			break
		}
	}
	return app
}
