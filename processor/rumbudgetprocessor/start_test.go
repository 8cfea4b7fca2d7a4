package rumbudgetprocessor

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/otelcol-rum/otelcol-rum/internal/semconv"
	"github.com/otelcol-rum/otelcol-rum/processor/rumbudgetprocessor/internal/metadata"
)

// manyBudgets differ in their route, as those of a platform of many sites do.
func manyBudgets(n int, route string) *Config {
	c := createDefaultConfig().(*Config)
	for i := range n {
		c.Budgets = append(c.Budgets, BudgetConfig{
			Name:   fmt.Sprint("budget-", i),
			Match:  map[string]any{"service": "shop", "route": []any{fmt.Sprintf(route, i)}},
			Limits: map[string]any{"lcp": "3s", "inp": "250ms", "cls": 0.2},
		})
	}
	return c
}

// start checks, compiles and looks for doubts, as a Collector does, and ends again.
func start(ctx context.Context, c *Config) error {
	if err := c.Validate(); err != nil {
		return err
	}
	p, err := NewFactory().CreateLogs(ctx, processortest.NewNopSettings(metadata.Type), c, consumertest.NewNop())
	if err != nil {
		return err
	}
	if err := p.Start(ctx, componenttest.NewNopHost()); err != nil {
		return err
	}
	return p.Shutdown(ctx)
}

func TestStartWithTenThousandBudgets(t *testing.T) {
	c := manyBudgets(10_000, "/area-%d/**")
	require.NoError(t, start(t.Context(), c))
	l, err := newLogsProcessor(component.NewID(metadata.Type), componenttest.NewNopTelemetrySettings(), c)
	require.NoError(t, err)
	for route, want := range map[string]string{"/area-0/x": "budget-0", "/area-9999/x/y": "budget-9999", "/elsewhere": defaultBudgetName} {
		ld := pageView("s", false)
		eachRecord(ld, func(r plog.LogRecord) { r.Attributes().PutStr(semconv.URLTemplate, route) })
		_, err := l.process(t.Context(), ld)
		require.NoError(t, err)
		name, _ := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().Get(semconv.BudgetName)
		assert.Equal(t, want, name.Str(), route)
	}
}
