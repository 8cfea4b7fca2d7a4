package gather

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// maxLostReasons bounds the reasons that a hostile client can name.
const maxLostReasons = 16

// maxLost is how many events a page may report as lost for one reason since its last batch. The number is added to a counter
// that must never fall.
const maxLost = 1_000_000

// Lose records events that the client dropped.
func (g *Gather) Lose(reason string, count float64) {
	if len(g.Beacon.Lost) >= maxLostReasons {
		g.Trims.Add(beacon.BoundLostReasons)
		return
	}
	reason = g.Cut(reason, beacon.BoundString)
	g.Beacon.Lost = append(g.Beacon.Lost, beacon.Lost{Reason: reason, Count: int(min(ToInt(count), maxLost))})
}
