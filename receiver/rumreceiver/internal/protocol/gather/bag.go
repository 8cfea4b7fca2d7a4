package gather

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/beacon"
	"github.com/otelcol-rum/otelcol-rum/receiver/rumreceiver/internal/jsonwalk"
)

// maxAttributeDepth is how deep objects inside metadata are flattened; deeper ones are left out.
const maxAttributeDepth = 3

// Bag collects the free attributes of one event: scalars, with nested objects flattened to "outer.inner". Arrays are left
// out (the entries of a vital are raw PerformanceEntry objects), except the first object of an attribution, in which a long
// task names its cause.
type Bag struct {
	// Spare is how many attributes beyond Limits.MaxAttributes are read, for formats that send their own data as attributes,
	// too. The number of attributes that stay free has the bound without Spare.
	Spare int

	limits  *beacon.Limits
	trims   *beacon.Trims // of the body
	attrs   []beacon.Attribute
	storage *beacon.Storage
}

// maxScratch is the number of attributes for which memory is kept between bodies.
const maxScratch = 128

// recycled is the Bag for another body: only its memory is used again.
func (g *Bag) recycled() Bag {
	attrs := g.attrs[:cap(g.attrs)]
	if len(attrs) > maxScratch {
		attrs = nil
	}
	clear(attrs)
	return Bag{attrs: attrs[:0]}
}

// Reset empties it for the next event.
func (g *Bag) Reset() { g.attrs = g.attrs[:0] }

// Read reads an object. ok is false for any other value.
func (g *Bag) Read(r *jsonwalk.Reader) (ok bool) { return g.readInto(r, "", 0) }

// ReadUnder is Read with the name and a dot before the names of the members.
func (g *Bag) ReadUnder(r *jsonwalk.Reader, name string) (ok bool) {
	return g.readInto(r, g.nested("", name), 1)
}

func (g *Bag) readInto(r *jsonwalk.Reader, prefix string, depth int) (ok bool) {
	entered, ok := r.Open('{')
	if !entered {
		return ok
	}
	for r.More('}') {
		g.member(r, prefix, r.Name(), depth)
	}
	return true
}

func (g *Bag) member(r *jsonwalk.Reader, prefix, name string, depth int) {
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

// nested is the prefix for the members of an object. It is not much longer than the bound of keys, because it is copied for
// each member.
func (g *Bag) nested(prefix, name string) string {
	prefix, _ = beacon.Cut(prefix+name+".", g.limits.MaxString+utf8.UTFMax)
	return prefix
}

func (g *Bag) firstObject(r *jsonwalk.Reader, name string, depth int) {
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
	if len(g.attrs) >= g.limits.MaxAttributes+g.Spare {
		g.trims.Add(beacon.BoundAttributes)
		return
	}
	a.Key = prefix + name
	g.attrs = append(g.attrs, a)
}

// isJoined reports whether the key is prefix and name. The names are compared first: strangers can make
// long prefixes equal at no cost.
func isJoined(key, prefix, name string) bool {
	return len(key) == len(prefix)+len(name) && key[len(prefix):] == name && key[:len(prefix)] == prefix
}

// Peek returns an attribute without removing it.
func (g *Bag) Peek(key string) (a beacon.Attribute, ok bool) {
	for i := range g.attrs {
		if g.attrs[i].Key == key {
			return g.attrs[i], true
		}
	}
	return beacon.Attribute{}, false
}

// IsEmpty reports whether there is no attribute.
func (g *Bag) IsEmpty() bool { return len(g.attrs) == 0 }

// Has reports whether there is an attribute of that name.
func (g *Bag) Has(key string) bool { _, ok := g.Peek(key); return ok }

// TakeString removes the attribute and returns its string; empty when it is absent or no string.
func (g *Bag) TakeString(key string) string {
	a, _ := g.TakeAs(key, beacon.StringValue)
	return a.String
}

// TakeID removes the attribute and returns its text; a number becomes text, because ids of databases are numbers.
func (g *Bag) TakeID(key string) string {
	if v, ok := g.TakeNumber(key); ok {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return g.TakeString(key)
}

// TakeNumber removes the attribute and returns its number.
func (g *Bag) TakeNumber(key string) (v float64, ok bool) {
	a, ok := g.TakeAs(key, beacon.NumberValue)
	if !ok {
		a, ok = g.TakeAs(key, beacon.IntValue)
	}
	v, _ = a.Float()
	return v, ok
}

// TakeBool removes the attribute and returns its bool.
func (g *Bag) TakeBool(key string) bool {
	a, _ := g.TakeAs(key, beacon.BoolValue)
	return a.Number == 1
}

// TakeAs removes the attribute if it has the wanted type; one of another type stays free.
func (g *Bag) TakeAs(key string, want beacon.ValueType) (a beacon.Attribute, ok bool) {
	for i := range g.attrs {
		if g.attrs[i].Key == key && g.attrs[i].Type == want {
			a = g.attrs[i]
			g.attrs = append(g.attrs[:i], g.attrs[i+1:]...)
			return a, true
		}
	}
	return beacon.Attribute{}, false
}

// Free returns the remaining attributes as a slice of the caller.
func (g *Bag) Free() []beacon.Attribute {
	for len(g.attrs) > g.limits.MaxAttributes {
		g.trims.Add(beacon.BoundAttributes)
		g.attrs = g.attrs[:len(g.attrs)-1]
	}
	if len(g.attrs) == 0 {
		return nil
	}
	return g.storage.Attributes(g.attrs)
}

// AddItem adds an item to a list, whose items have no keys, or to a map. If a key is repeated, the last item counts.
func AddItem(items []beacon.Attribute, item beacon.Attribute) []beacon.Attribute {
	for i := range items {
		if item.Key != "" && items[i].Key == item.Key {
			items[i] = item
			return items
		}
	}
	return append(items, item)
}

// Drop leaves out the attributes whose keys are such.
func (g *Bag) Drop(such func(key string) bool) {
	g.attrs = slices.DeleteFunc(g.attrs, func(a beacon.Attribute) bool { return such(a.Key) })
}

// Add adds an attribute. If a key is repeated, the last attribute counts.
func (g *Bag) Add(key string, a beacon.Attribute) { g.add("", key, a) }

// Text adds an attribute of our own, unless it is empty.
func (g *Bag) Text(key, value string) {
	if value != "" {
		g.add("", key, beacon.Attribute{String: value})
	}
}

// Truth adds a bool attribute of our own.
func (g *Bag) Truth(key string, truth bool) {
	a := beacon.Attribute{Type: beacon.BoolValue}
	if truth {
		a.Number = 1
	}
	g.add("", key, a)
}

// Rename gives an attribute another name, if there is one of the first and none of the second.
func (g *Bag) Rename(from, to string) {
	if g.Has(to) {
		return
	}
	for i := range g.attrs {
		if g.attrs[i].Key == from {
			g.attrs[i].Key = to
			return
		}
	}
}

// Number adds a number attribute of our own, unless it is NaN, which means unknown.
func (g *Bag) Number(key string, value float64) {
	if !math.IsNaN(value) {
		g.add("", key, beacon.Attribute{Type: beacon.NumberValue, Number: value})
	}
}
