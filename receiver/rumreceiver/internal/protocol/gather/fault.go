package gather

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// Fault is why an event is refused, and the member at fault; Reason is empty while nothing is.
type Fault struct {
	Reason beacon.Reason
	Field  string
}

// Note keeps the first fault.
func (f *Fault) Note(reason beacon.Reason, field string) {
	if f.Reason == "" {
		*f = Fault{reason, field}
	}
}
