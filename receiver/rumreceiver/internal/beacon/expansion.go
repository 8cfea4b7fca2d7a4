package beacon

// A batch says once what its events share, and each record repeats it: a body of a hundred bytes an
// event can become a hundred times as much. Bound keeps what a body becomes within a size.

// Bytes that a record has besides the strings of its event and page (names of attributes, numbers,
// times), and an attribute or tag besides its own (a prefix of the name). Rather much than little.
const (
	recordOverhead    = 512
	attributeOverhead = 32
)

// LimitSize refuses, from the first event on with which the beacon's records would be larger than that many
// bytes together, all events with ReasonTooLarge.
func LimitSize(b *Beacon, bytes int) {
	contexts := make([]int, len(b.Pages))
	for i := range b.Pages {
		contexts[i] = b.Pages[i].size()
	}
	for i := range b.Events {
		event := &b.Events[i]
		if bytes -= recordOverhead + contexts[event.Page] + event.size(); bytes >= 0 {
			continue
		}
		for _, event := range b.Events[i:] {
			for range event.Count {
				b.Refuse(event.Index, ReasonTooLarge, "")
			}
		}
		b.Events = b.Events[:i]
		return
	}
}

// size is how long the strings are that each record has of its page.
func (p *Page) size() int {
	// The path and the template are parts of the URL, or take its place.
	n := len(p.SessionID) + len(p.UserID) + len(p.ID) + 3*len(p.URL) + len(p.Route)
	for i := range p.Tags {
		n += attributeOverhead + len(p.Tags[i].Key) + len(p.Tags[i].Value)
	}
	return n
}

// size is how long the strings of the event are.
func (e *Event) size() int {
	n := len(e.Name) + len(e.MeasurementID) + len(e.NavigationType) + len(e.Unit)
	if x := e.Error; x != nil {
		n += len(x.Message) + len(x.Stack) + len(x.File)
	}
	if r := e.Resource; r != nil {
		n += len(r.InitiatorType) + len(r.Method) + len(r.ErrorType)
	}
	if x := e.Element; x != nil {
		n += len(x.Selector) + len(x.Tag)
	}
	for i := range e.Attributes {
		n += attributeOverhead + len(e.Attributes[i].Key) + len(e.Attributes[i].String)
	}
	return n
}
