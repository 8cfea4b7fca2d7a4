package wire

import (
	"math"
	"unicode/utf8"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
)

// maxAttributeDepth is how deep objects inside metadata are flattened; deeper ones are left out.
const maxAttributeDepth = 3

// Bag collects the free attributes of one event: scalars, with nested objects flattened to
// "outer.inner". Arrays are left out (the entries of a vital are raw PerformanceEntry objects), but
// for the first object of an attribution, which is where a long task says whose it is.
type Bag struct {
	limits *beacon.Limits
	trims  *beacon.Trims // of the beacon
	attrs  []beacon.Attribute
}

// NewBag makes an empty one that keeps to the limits and counts in trims what is past them.
func NewBag(limits *beacon.Limits, trims *beacon.Trims) Bag { return Bag{limits: limits, trims: trims} }

// Reset empties it for the next event.
func (g *Bag) Reset() { g.attrs = g.attrs[:0] }

// Read consumes an object. ok is false when the value is something else.
func (g *Bag) Read(r *Reader) (ok bool) { return g.readInto(r, "", 0) }

func (g *Bag) readInto(r *Reader, prefix string, depth int) (ok bool) {
	entered, ok := r.Open('{')
	if !entered {
		return ok
	}
	for r.More('}') {
		g.member(r, prefix, r.Name(), depth)
	}
	return true
}

func (g *Bag) member(r *Reader, prefix, name string, depth int) {
	switch r.Kind() {
	case '"':
		s, _ := r.Str()
		g.add(prefix, name, beacon.Attribute{String: g.trims.Cut(s, g.limits, boundOf(prefix, name))})
	case '0':
		if v, ok := r.Num(); ok {
			g.add(prefix, name, beacon.Attribute{Type: beacon.NumberValue, Number: v})
		} else {
			g.trims.Add(beacon.BoundValueType)
		}
	case 't', 'f':
		var number float64
		if v, _ := r.Bool(); v {
			number = 1
		}
		g.add(prefix, name, beacon.Attribute{Type: beacon.BoolValue, Number: number})
	case '{':
		if depth >= maxAttributeDepth {
			g.trims.Add(beacon.BoundAttributeDepth)
			r.Skip()
			return
		}
		g.readInto(r, g.nested(prefix, name), depth+1)
	case '[':
		if prefix != "" || name != "attribution" {
			r.Skip()
			return
		}
		g.firstObject(r, name, depth)
	default: // null, or a syntax error
		r.Skip()
	}
}

// nested is the prefix of what an object holds. A key is cut at the bound; a prefix that is much longer
// would be copied for each member.
func (g *Bag) nested(prefix, name string) string {
	prefix, _ = beacon.Cut(prefix+name+".", g.limits.MaxString+utf8.UTFMax)
	return prefix
}

func (g *Bag) firstObject(r *Reader, name string, depth int) {
	entered, _ := r.Open('[')
	for first := true; entered && r.More(']'); first = false {
		if first && r.Kind() == '{' {
			g.readInto(r, g.nested("", name), depth+1)
			continue
		}
		r.Skip()
	}
}

func boundOf(prefix, name string) beacon.Bound {
	if prefix == "" && name == "stack" {
		return beacon.BoundStack
	}
	return beacon.BoundString
}

// add keeps keys unique, the last one wins: a pcommon.Map must not hold a key twice.
func (g *Bag) add(prefix, name string, a beacon.Attribute) {
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

// TakeString removes the attribute and returns its string; empty when it is absent or no string.
func (g *Bag) TakeString(key string) string {
	a, _ := g.Take(key, beacon.StringValue)
	return a.String
}

// TakeNumber removes the attribute and returns its number.
func (g *Bag) TakeNumber(key string) (v float64, ok bool) {
	a, ok := g.Take(key, beacon.NumberValue)
	return a.Number, ok
}

// TakeBool removes the attribute and returns its truth.
func (g *Bag) TakeBool(key string) bool {
	a, _ := g.Take(key, beacon.BoolValue)
	return a.Number == 1
}

// Take removes the attribute if it has the wanted type; one of another type stays free.
func (g *Bag) Take(key string, want beacon.ValueType) (a beacon.Attribute, ok bool) {
	for i := range g.attrs {
		if g.attrs[i].Key == key && g.attrs[i].Type == want {
			a = g.attrs[i]
			g.attrs = append(g.attrs[:i], g.attrs[i+1:]...)
			return a, true
		}
	}
	return beacon.Attribute{}, false
}

// Free hands over what was not taken, as a slice of its own.
func (g *Bag) Free() []beacon.Attribute {
	if len(g.attrs) == 0 {
		return nil
	}
	return append([]beacon.Attribute(nil), g.attrs...)
}

// Add adds an attribute; of a repeated key the last one counts.
func (g *Bag) Add(key string, a beacon.Attribute) { g.add("", key, a) }

// Text adds an attribute of our own, unless it is empty.
func (g *Bag) Text(key, value string) {
	if value != "" {
		g.add("", key, beacon.Attribute{String: value})
	}
}

// Number adds an attribute of our own, unless it is NaN, which is unknown.
func (g *Bag) Number(key string, value float64) {
	if !math.IsNaN(value) {
		g.add("", key, beacon.Attribute{Type: beacon.NumberValue, Number: value})
	}
}
