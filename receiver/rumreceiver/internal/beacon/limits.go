package beacon

// Limits bound what one body may bring. Past MaxEvents, events are refused with too_many_events;
// past every other bound the value is cut or left out, and Beacon.Trims counts it.
type Limits struct {
	// MaxEvents per body. Default 1000: a client that batches by ten never gets near.
	MaxEvents int
	// MaxPages per body, a page being a URL seen by one session of one user. Default 100; events
	// of later pages are refused with too_many_pages.
	MaxPages int
	// MaxAttributes per event, and tags per page. Default 64.
	MaxAttributes int
	// MaxString is the longest string in bytes: names, messages, tag and attribute values.
	// Default 1024.
	MaxString int
	// MaxURL is the longest URL in bytes. Default 2048, which every browser and server takes.
	MaxURL int
	// MaxStack is the longest stack in bytes. Default 16384: some fifty frames of long URLs.
	MaxStack int
	// MaxFrames is how many frames of a stack are kept, the innermost ones, and as many lines of the message before
	// them. Default 128, which is the most that a browser writes by itself (Chromium 10, Safari 100, Firefox 128).
	MaxFrames int
	// MaxWeight is how many sessions an event may stand for, by what its client says of its sampling, and
	// MaxWeights how many those of one body may stand for together. Default 1000 and 100,000.
	MaxWeight, MaxWeights float64
}

// DefaultLimits are the bounds that the fields of Limits document.
func DefaultLimits() Limits {
	return Limits{
		MaxEvents:     1000,
		MaxPages:      100,
		MaxAttributes: 64,
		MaxString:     1024,
		MaxURL:        2048,
		MaxStack:      16384,
		MaxFrames:     128,
		MaxWeight:     1000,
		MaxWeights:    100_000,
	}
}

// length is how long a text may be, in bytes.
func (l *Limits) length(bound Bound) int {
	switch bound {
	case BoundURL:
		return l.MaxURL
	case BoundStack:
		return l.MaxStack
	default:
		return l.MaxString
	}
}

// Cut shortens s to at most max bytes without splitting a character.
func Cut(s string, max int) (cut string, trimmed bool) {
	if len(s) <= max {
		return s, false
	}
	for max > 0 && s[max]&0xC0 == 0x80 { // a continuation byte of UTF-8
		max--
	}
	return s[:max], true
}
