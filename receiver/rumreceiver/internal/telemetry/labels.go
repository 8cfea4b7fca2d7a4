package telemetry

import (
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// labels keeps the pairs of labels that each request needs, so that they are made once. They are of closed sets, and
// so are the pairs. Safe for concurrent use.
type labels struct {
	mu   sync.RWMutex
	made map[[4]string][]metric.AddOption
}

func (l *labels) of(key1, value1, key2, value2 string) []metric.AddOption {
	pair := [4]string{key1, value1, key2, value2}
	l.mu.RLock()
	options, ok := l.made[pair]
	l.mu.RUnlock()
	if ok {
		return options
	}
	options = []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attribute.String(key1, value1), attribute.String(key2, value2)))}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.made[pair] = options
	return options
}
