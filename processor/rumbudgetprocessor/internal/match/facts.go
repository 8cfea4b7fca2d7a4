package match

// Facts remembers what has been looked up about one source, since most matchers ask for the same few
// attributes. Reuse it: Reset, then match. Not safe for concurrent use.
type Facts struct {
	keys   []string
	source Source
	values []fact
}

type fact struct {
	text  string
	state state
}

type state uint8

const (
	unknown state = iota
	present
	absent
)

// NewFacts returns facts for matchers made by c. Call it when c has all of them.
func NewFacts(c *Compiler) *Facts {
	return &Facts{keys: c.keys, values: make([]fact, len(c.keys))}
}

// Reset forgets everything and turns to another source.
func (f *Facts) Reset(s Source) {
	clear(f.values)
	f.source = s
}

func (f *Facts) value(slot int) (string, bool) {
	v := &f.values[slot]
	if v.state == unknown {
		text, ok := f.source.Attribute(f.keys[slot])
		v.text, v.state = text, absent
		if ok {
			v.state = present
		}
	}
	return v.text, v.state == present
}
