package telemetry

import (
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// labels keeps the label pairs of requests, so that each is made once. Labels are of closed sets, so the pairs are, too. Safe for
// concurrent use.
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
