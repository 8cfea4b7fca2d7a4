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
	r.hasTwin = func() bool { return g.hasTwin(cfg) }
	g.receivers[cfg] = r
	return r, nil
}

func (g *registry) forget(cfg *Config) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.receivers, cfg)
}

// hasTwin reports whether another receiver writes the same series, because it has the same name.
func (g *registry) hasTwin(cfg *Config) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for other, r := range g.receivers {
		if other != cfg && r.nextMetrics != nil && cfg.Metrics.Instance != "" && other.Metrics.Instance == cfg.Metrics.Instance {
			return true
		}
	}
	return false
}
