package match

// Facts caches the attributes that were read from one source, because most matchers need the same few. Reuse it:
// Reset, then match. Not safe for concurrent use.
type Facts struct {
	keys   []string
	forms  []Form
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

// NewFacts returns facts for matchers made by c. Call it after c has added all matchers.
func NewFacts(c *Compiler) *Facts {
	f := &Facts{keys: c.keys, values: make([]fact, len(c.keys)), forms: make([]Form, len(c.keys))}
	for i, key := range c.keys {
		f.forms[i] = c.Forms[key]
	}
	return f
}

// Reset clears the cache and switches to another source.
func (f *Facts) Reset(s Source) {
	clear(f.values)
	f.source = s
}

func (f *Facts) value(slot int) (string, bool) {
	v := &f.values[slot]
	if v.state == unknown {
		text, ok := f.source.Attribute(f.keys[slot])
		v.state = absent
		if ok {
			v.text, v.state = f.forms[slot].normal(text), present
		}
	}
	return v.text, v.state == present
}
