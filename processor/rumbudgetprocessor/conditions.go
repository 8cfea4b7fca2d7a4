package rumbudgetprocessor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottldatapoint"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/contexts/ottllog"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/ottl/ottlfuncs"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"
)

// namedCondition is the OTTL condition of a budget, rule or drop rule. Matchers refer to it by its index.
type namedCondition struct{ owner, text string }

// conditions are compiled for one signal. Safe for concurrent use.
type conditions[K any] struct {
	owners   []string
	compiled []*ottl.Condition[K]
}

func compileConditions[K any](parser ottl.Parser[K], named []namedCondition) (conditions[K], error) {
	var c conditions[K]
	var errs []error
	for _, n := range named {
		compiled, err := parser.ParseCondition(n.text)
		if err != nil {
			errs = append(errs, fmt.Errorf("condition of %s: %w", n.owner, err))
		}
		c.owners, c.compiled = append(c.owners, n.owner), append(c.compiled, compiled)
	}
	return c, errors.Join(errs...)
}

// eval evaluates one condition. If it fails, onError is called with its owner, and the condition does not match: the
// budget or rule does not apply.
func (c *conditions[K]) eval(ctx context.Context, number int, subject K, onError func(owner string)) bool {
	matched, err := c.compiled[number].Eval(ctx, subject)
	if err != nil {
		onError(c.owners[number])
		return false
	}
	return matched
}

func logParser(set component.TelemetrySettings) (ottl.Parser[*ottllog.TransformContext], error) {
	return ottllog.NewParser(ottlfuncs.StandardConverters[*ottllog.TransformContext](), set, ottllog.EnablePathContextNames())
}

func pointParser(set component.TelemetrySettings) (ottl.Parser[*ottldatapoint.TransformContext], error) {
	return ottldatapoint.NewParser(ottlfuncs.StandardConverters[*ottldatapoint.TransformContext](), set, ottldatapoint.EnablePathContextNames())
}

// checkCondition reports a condition that neither signal can parse. Which signals it is for is known
// only when the pipelines are built.
func checkCondition(text string) error {
	if text == "" {
		return nil
	}
	set := component.TelemetrySettings{Logger: zap.NewNop()}
	logs, err := logParser(set)
	if err != nil {
		return err
	}
	points, err := pointParser(set)
	if err != nil {
		return err
	}
	_, logErr := logs.ParseCondition(text)
	_, pointErr := points.ParseCondition(text)
	if logErr == nil || pointErr == nil {
		return nil
	}
	if strings.Contains(text, "datapoint.") || strings.Contains(text, "metric.") {
		logErr = pointErr // of the signal that was meant
	}
	return fmt.Errorf("'condition' must be an OTTL condition (got %q): %w", text, logErr)
}
