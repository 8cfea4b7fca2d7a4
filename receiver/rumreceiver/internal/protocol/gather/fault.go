package gather

import "github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"

// Fault is why an event is refused, and the invalid member; Reason is empty without a fault.
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
