package rumviewexporter

import (
	"sync"

	"go.opentelemetry.io/collector/exporter"
)

// registry gives the pipelines of one configuration the same exporter. It removes an exporter that has been shut
// down. Safe for concurrent use.
type registry struct {
	mu        sync.Mutex
	exporters map[*Config]*viewExporter
}

func newRegistry() *registry { return &registry{exporters: make(map[*Config]*viewExporter)} }

func (g *registry) get(cfg *Config, set exporter.Settings) (*viewExporter, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if e, ok := g.exporters[cfg]; ok {
		return e, nil
	}
	e, err := newExporter(cfg, set)
	if err != nil {
		return nil, err
	}
	e.onShutdown = func() { g.forget(cfg) }
	g.exporters[cfg] = e
	return e, nil
}

func (g *registry) forget(cfg *Config) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.exporters, cfg)
}
