package native

import (
	"unicode/utf8"

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
		g.member(r, prefix, r.name(), depth)
	}
	return true
}

func (g *bag) member(r *reader, prefix, name string, depth int) {
	switch r.kind() {
	case '"':
		s, _ := r.str()
		g.add(prefix, name, beacon.Attribute{String: g.trims.Cut(s, g.limits, boundOf(prefix, name))})
	case '0':
		if v, ok := r.num(); ok {
			g.add(prefix, name, beacon.Attribute{Type: beacon.NumberValue, Number: v})
		} else {
			g.trims.Add(beacon.BoundValueType)
		}
	case 't', 'f':
		var number float64
		if v, _ := r.boolean(); v {
			number = 1
		}
		g.add(prefix, name, beacon.Attribute{Type: beacon.BoolValue, Number: number})
	case '{':
		if depth >= maxAttributeDepth {
			g.trims.Add(beacon.BoundAttributeDepth)
			r.skip()
			return
		}
		g.readInto(r, g.nested(prefix, name), depth+1)
	case '[':
		if prefix != "" || name != "attribution" {
			r.skip()
			return
		}
		g.firstObject(r, name, depth)
	default: // null, or a syntax error
		r.skip()
	}
}

// nested is the prefix of what an object holds. A key is cut at the bound; a prefix that is much longer
// would be copied for each member.
func (g *bag) nested(prefix, name string) string {
	prefix, _ = beacon.Cut(prefix+name+".", g.limits.MaxString+utf8.UTFMax)
	return prefix
}

func (g *bag) firstObject(r *reader, name string, depth int) {
	entered, _ := r.open('[')
	for first := true; entered && r.more(']'); first = false {
		if first && r.kind() == '{' {
			g.readInto(r, g.nested("", name), depth+1)
			continue
		}
		r.skip()
	}
}

func boundOf(prefix, name string) beacon.Bound {
	if prefix == "" && name == "stack" {
		return beacon.BoundStack
	}
	return beacon.BoundString
}

// add keeps keys unique, the last one wins: a pcommon.Map must not hold a key twice.
func (g *bag) add(prefix, name string, a beacon.Attribute) {
	if limit := g.limits.MaxString; len(prefix)+len(name) > limit {
		g.trims.Add(beacon.BoundString)
		if len(prefix) > limit {
			prefix, _ = beacon.Cut(prefix, limit)
			name = ""
		}
		name, _ = beacon.Cut(name, limit-len(prefix))
	}
	for i := range g.attrs {
		if isJoined(g.attrs[i].Key, prefix, name) {
			a.Key = g.attrs[i].Key
			g.attrs[i] = a
			return
		}
	}
	if len(g.attrs) >= g.limits.MaxAttributes {
		g.trims.Add(beacon.BoundAttributes)
		return
	}
	a.Key = prefix + name
	g.attrs = append(g.attrs, a)
}

// isJoined tells whether the key is prefix and name. The names are compared first: strangers can make
// long prefixes equal at no cost.
func isJoined(key, prefix, name string) bool {
	return len(key) == len(prefix)+len(name) && key[len(prefix):] == name && key[:len(prefix)] == prefix
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
