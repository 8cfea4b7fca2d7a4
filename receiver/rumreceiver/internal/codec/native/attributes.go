package native

import (
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// maxAttributeDepth is how deep objects inside metadata are flattened; deeper ones are left out.
const maxAttributeDepth = 3

// bag collects the free attributes of one event: scalars, with nested objects flattened to
// "outer.inner". Arrays are left out (the entries of a vital are raw PerformanceEntry objects), but
// for the first object of an attribution, which is where a long task says whose it is.
type bag struct {
	limits *beacon.Limits
	trims  *beacon.Trims // of the beacon
	attrs  []beacon.Attribute
}

// read consumes an object. ok is false when the value is something else.
func (g *bag) read(r *reader) (ok bool) { return g.readInto(r, "", 0) }

func (g *bag) readInto(r *reader, prefix string, depth int) (ok bool) {
	entered, ok := r.open('{')
	if !entered {
		return ok
	}
	for r.more('}') {
		g.member(r, prefix+r.name(), depth)
	}
	return true
}

func (g *bag) member(r *reader, key string, depth int) {
	switch r.kind() {
	case '"':
		s, _ := r.str()
		g.add(beacon.Attribute{Key: key, String: g.trims.Cut(s, g.limits, boundOf(key))})
	case '0':
		if v, ok := r.num(); ok {
			g.add(beacon.Attribute{Key: key, Type: beacon.NumberValue, Number: v})
		} else {
			g.trims.Add(beacon.BoundValueType)
		}
	case 't', 'f':
		var number float64
		if v, _ := r.boolean(); v {
			number = 1
		}
		g.add(beacon.Attribute{Key: key, Type: beacon.BoolValue, Number: number})
	case '{':
		if depth >= maxAttributeDepth {
			g.trims.Add(beacon.BoundAttributeDepth)
			r.skip()
			return
		}
		g.readInto(r, key+".", depth+1)
	case '[':
		if key != "attribution" {
			r.skip()
			return
		}
		g.firstObject(r, key, depth)
	default: // null, or a syntax error
		r.skip()
	}
}

func (g *bag) firstObject(r *reader, key string, depth int) {
	entered, _ := r.open('[')
	for first := true; entered && r.more(']'); first = false {
		if first && r.kind() == '{' {
			g.readInto(r, key+".", depth+1)
			continue
		}
		r.skip()
	}
}

func boundOf(key string) beacon.Bound {
	if key == "stack" {
		return beacon.BoundStack
	}
	return beacon.BoundString
}

// add keeps keys unique, the last one wins: a pcommon.Map must not hold a key twice.
func (g *bag) add(a beacon.Attribute) {
	a.Key = g.trims.Cut(a.Key, g.limits, beacon.BoundString)
	for i := range g.attrs {
		if g.attrs[i].Key == a.Key {
			g.attrs[i] = a
			return
		}
	}
	if len(g.attrs) >= g.limits.MaxAttributes {
		g.trims.Add(beacon.BoundAttributes)
		return
	}
	g.attrs = append(g.attrs, a)
}

// takeString removes the attribute and returns its string; empty when it is absent or no string.
func (g *bag) takeString(key string) string {
	a, _ := g.take(key, beacon.StringValue)
	return a.String
}

// takeNumber removes the attribute and returns its number.
func (g *bag) takeNumber(key string) (v float64, ok bool) {
	a, ok := g.take(key, beacon.NumberValue)
	return a.Number, ok
}

func (g *bag) takeBool(key string) bool {
	a, _ := g.take(key, beacon.BoolValue)
	return a.Number == 1
}

// budgetExceeded is the metric that a page records, in both forms, when it finds a budget exceeded.
const budgetExceeded = "budget_exceeded"

// takeBudget makes a budget event of {metric, value, budget, exceeded_by}; exceeded_by follows from
// the others. The reason is empty unless one of them is missing.
func (g *bag) takeBudget(event *beacon.Event) beacon.Reason {
	event.Kind, event.Name = beacon.KindBudget, g.takeString("metric")
	var hasValue, hasLimit bool
	event.Value, hasValue = g.takeNumber("value")
	event.Limit, hasLimit = g.takeNumber("budget")
	g.takeNumber("exceeded_by")
	switch {
	case event.Name == "":
		return beacon.ReasonMissingName
	case !hasValue || !hasLimit:
		return beacon.ReasonBadValue
	}
	return ""
}

// take removes the attribute if it has the wanted type; one of another type stays free.
func (g *bag) take(key string, want beacon.ValueType) (a beacon.Attribute, ok bool) {
	for i := range g.attrs {
		if g.attrs[i].Key == key && g.attrs[i].Type == want {
			a = g.attrs[i]
			g.attrs = append(g.attrs[:i], g.attrs[i+1:]...)
			return a, true
		}
	}
	return beacon.Attribute{}, false
}

// free hands over what was not taken, as a slice of its own.
func (g *bag) free() []beacon.Attribute {
	if len(g.attrs) == 0 {
		return nil
	}
	return append([]beacon.Attribute(nil), g.attrs...)
}
