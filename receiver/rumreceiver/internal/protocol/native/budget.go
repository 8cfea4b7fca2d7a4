package native

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/protocol/gather"
)

// budgetExceeded is the metric that a page records, in both forms, when it finds a budget exceeded.
const budgetExceeded = "budget_exceeded"

// takeBudget reads {metric, value, budget, exceeded_by}; exceeded_by follows from the others. The reason is empty
// unless one of them is missing.
func takeBudget(g *gather.Bag) (budget *beacon.Budget, reason beacon.Reason) {
	value, hasValue := g.TakeNumber("value")
	limit, hasLimit := g.TakeNumber("budget")
	g.TakeNumber("exceeded_by")
	budget = &beacon.Budget{Metric: g.TakeString("metric"), Value: value, Limit: limit}
	switch {
	case budget.Metric == "":
		return budget, beacon.ReasonMissingName
	case !hasValue || !hasLimit:
		return budget, beacon.ReasonBadValue
	}
	return budget, ""
}
