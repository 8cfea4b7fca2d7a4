package beacon

// Limits bound what one body may bring. Past MaxEvents, events are refused with too_many_events;
// past every other bound the value is cut or left out, and Trimmed counts it.
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
