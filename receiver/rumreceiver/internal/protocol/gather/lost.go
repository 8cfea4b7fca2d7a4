package gather

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// maxLostReasons keeps a hostile client from naming reasons without end.
const maxLostReasons = 16

// maxLost is how many events a page may say to have lost for one reason since its last batch. What it claims is
// added to a counter that must never fall.
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
