package native

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/codec/wire"
)

// budgetExceeded is the metric that a page records, in both forms, when it finds a budget exceeded.
const budgetExceeded = "budget_exceeded"

// takeBudget makes a budget event of {metric, value, budget, exceeded_by}; exceeded_by follows from
// the others. The reason is empty unless one of them is missing.
func takeBudget(g *wire.Bag, event *beacon.Event) beacon.Reason {
	event.Kind, event.Name = beacon.KindBudget, g.TakeString("metric")
	var hasValue, hasLimit bool
	event.Value, hasValue = g.TakeNumber("value")
	event.Limit, hasLimit = g.TakeNumber("budget")
	g.TakeNumber("exceeded_by")
	switch {
	case event.Name == "":
		return beacon.ReasonMissingName
	case !hasValue || !hasLimit:
		return beacon.ReasonBadValue
	}
	return ""
}
