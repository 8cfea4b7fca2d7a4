package rumreceiver

import (
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
)

// hosts of the pipelines that share a receiver. Each host has its own status of the receiver. Safe for concurrent use.
type hosts struct {
	mu   sync.Mutex
	all  []component.Host
	last *componentstatus.Event
}

// add registers a host for reports. It gets the last report at once.
func (h *hosts) add(host component.Host) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, host)
	if h.last != nil {
		componentstatus.ReportStatus(host, h.last)
	}
}

func (h *hosts) report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = event
	for _, host := range h.all {
		componentstatus.ReportStatus(host, event)
	}
}
