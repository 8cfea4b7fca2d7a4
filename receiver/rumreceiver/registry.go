package rumreceiver

import (
	"sync"

	"go.opentelemetry.io/collector/receiver"
)

// registry gives the logs and the metrics pipeline of one configuration the same receiver. It removes a receiver that
// has been shut down. Safe for concurrent use.
type registry struct {
	mu        sync.Mutex
	receivers map[*Config]*rumReceiver
}

func newRegistry() *registry { return &registry{receivers: make(map[*Config]*rumReceiver)} }

func (g *registry) get(cfg *Config, set receiver.Settings) (*rumReceiver, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r, ok := g.receivers[cfg]; ok {
		return r, nil
	}
	r, err := newReceiver(cfg, set)
	if err != nil {
		return nil, err
	}
	r.onShutdown = func() { g.forget(cfg) }
	g.receivers[cfg] = r
	return r, nil
}

func (g *registry) forget(cfg *Config) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.receivers, cfg)
}
