package admit

import "time"

// Pace is how fast a body has to arrive.
type Pace struct {
	// Grace is how long a body of any size may take, because a phone may lose some seconds to its network.
	Grace time.Duration
	// BytesPerSecond that have to arrive on average once the grace is over.
	BytesPerSecond int
	// Most is how long the largest body may take. 0: as long as it keeps the pace.
	Most time.Duration
}

// DefaultPace asks for a kilobyte a second after five seconds: the slowest networks that phones still
// have are five times as fast.
func DefaultPace() Pace { return Pace{Grace: 5 * time.Second, BytesPerSecond: 1024} }

// Deadline of the next byte of a body that began at that time and of which that many bytes were received.
func (p Pace) Deadline(began time.Time, received int) time.Time {
	allowed := p.Grace + time.Duration(float64(received)/float64(p.BytesPerSecond)*float64(time.Second))
	if p.Most > 0 {
		allowed = min(allowed, p.Most)
	}
	return began.Add(allowed)
}
